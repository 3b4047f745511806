//! The functions of libc and libm that programs import: memory, strings, mathematics, and the way to the host.

use super::host::{EINVAL, ENOMEM, Errno, PathOp};
use super::machine::{Halt, Machine, Step};
use super::memory::AllocKind;
use super::value::{Val, sign_extend};
use crate::data::Signature;
use crate::ops::{CopyFlags, trap_code};

/// An imported function: its arguments' registers to its result.
pub(super) type HostFn = fn(&mut Machine<'_>, &[Val], &Signature) -> Step<Val>;

/// A string longer than this is taken for a missing terminator.
const MAX_STRING: u64 = 1 << 30;

/// The function that C programs know as `name`.
pub(super) fn host_function(name: &str) -> Option<HostFn> {
    Some(match name {
        "write" => |m, a, _| {
            let len = arg(a, 2)?.low;
            let bytes = m.read_bytes(arg(a, 1)?, len)?.to_vec();
            let result = m.host.write(int(a, 0)?, &bytes);
            m.report(result.map(|count| count as u64), 64)
        },
        "read" => |m, a, _| {
            let len = arg(a, 2)?.low;
            let place = m.memory.place(arg(a, 1)?, len, 0, true)?;
            let mut buffer = vec![0; len as usize];
            let result = m.host.read(int(a, 0)?, &mut buffer);
            if let Ok(count) = result {
                m.memory.write(place, &buffer[..count]);
            }
            m.report(result.map(|count| count as u64), 64)
        },
        "open" => |m, a, _| {
            let path = m.c_string(arg(a, 0)?)?;
            let result = m.host.open(&path, int(a, 1)?);
            m.report(result.map(|fd| fd as u64), 32)
        },
        "close" => |m, a, _| {
            let result = m.host.close(int(a, 0)?);
            m.report(result.map(|()| 0), 32)
        },
        "lseek" | "lseek64" => |m, a, _| {
            let result = m.host.seek(int(a, 0)?, arg(a, 1)?.low as i64, int(a, 2)?);
            m.report(result, 64)
        },
        "access" => |m, a, _| m.path_operation(PathOp::Find, a),
        "unlink" => |m, a, _| m.path_operation(PathOp::RemoveFile, a),
        "mkdir" => |m, a, _| m.path_operation(PathOp::MakeFolder, a),
        // Neither terminals, nor other processes, nor time to wait for.
        "isatty" | "sched_yield" | "nanosleep" => |_, _, _| Ok(Val::int(0)),
        "getpid" => |_, _, _| Ok(Val::int(1)),
        "strerror" => |m, a, _| {
            let text = std::io::Error::from_raw_os_error(int(a, 0)?).to_string();
            // Rust adds the number.
            let text = text.split(" (os error").next().unwrap_or_default();
            m.new_c_string(text.as_bytes())
        },
        "strcmp" => |m, a, _| {
            let (x, y) = (m.c_string(arg(a, 0)?)?, m.c_string(arg(a, 1)?)?);
            Ok(Val::int(u64::from(x.cmp(&y) as i32 as u32)))
        },
        "getenv" => |m, a, _| {
            let name = m.c_string(arg(a, 0)?)?;
            match m.host.getenv(&name) {
                Some(value) => m.new_c_string(&value),
                None => Ok(Val::int(0)),
            }
        },
        "clock_gettime" => |m, a, _| {
            let (seconds, nanoseconds) = m.host.clock(int(a, 0)?);
            let place = m.memory.place(arg(a, 1)?, 16, 3, true)?;
            let mut bytes = seconds.to_le_bytes().to_vec();
            bytes.extend(nanoseconds.to_le_bytes());
            m.memory.write(place, &bytes);
            Ok(Val::int(0))
        },
        "__errno_location" | "__error" => |m, _, _| m.errno_place(),
        "exit" | "_exit" | "_Exit" => |_, a, _| Err(Halt::Exit(int(a, 0)?)),
        // No signals arrive, and a stack that overflows is noticed by the interpreter.
        "signal" | "sigaction" | "sigaltstack" | "getrlimit" => |_, _, _| Ok(Val::int(0)),
        "backtrace" => |m, a, _| {
            // Frames have no addresses; each gets its number, counted from 1, which lies behind a call at 0.
            let count = m.capture_trace(arg(a, 1)?.low as usize);
            for number in 0..count {
                let at = arg(a, 0)?;
                let at = Val { low: at.low + number * 8, ..at };
                let place = m.memory.place(at, 8, 3, true)?;
                m.memory.store(place, 8, Val::int(number + 1));
            }
            Ok(Val::int(count))
        },
        "dladdr" => |m, a, _| {
            let Some(text) = m.traced(arg(a, 0)?.low as usize) else { return Ok(Val::int(0)) };
            let text = m.new_c_string(text.as_bytes())?;
            let at = arg(a, 1)?;
            for (offset, value) in [(0, Val::int(0)), (16, text)] {
                let place = m.memory.place(Val { low: at.low + offset, ..at }, 8, 3, true)?;
                m.memory.store(place, 8, value);
            }
            Ok(Val::int(1))
        },
        "abort" => |_, _, _| Err(Halt::Trap(trap_code::ABORT)),
        "_Unwind_RaiseException" | "_Unwind_Resume" => |_, a, _| Err(Halt::Unwind(arg(a, 0)?)),
        _ => return heap_function(name),
    })
}

fn heap_function(name: &str) -> Option<HostFn> {
    Some(match name {
        "malloc" => |m, a, _| Ok(m.heap(arg(a, 0)?.low, 4)),
        "calloc" => |m, a, _| {
            let Some(size) = arg(a, 0)?.low.checked_mul(arg(a, 1)?.low) else {
                return Ok(Val::int(0));
            };
            let block = m.heap(size, 4);
            m.zero(block, size)?;
            Ok(block)
        },
        "free" => |m, a, _| {
            let block = arg(a, 0)?;
            if block.low != 0 {
                m.memory.release(block, AllocKind::Heap)?;
            }
            Ok(Val::default())
        },
        "realloc" => realloc,
        "aligned_alloc" | "memalign" => |m, a, _| {
            let align = arg(a, 0)?.low;
            let valid = align.is_power_of_two() && align <= 1 << 16;
            let log2 = align.trailing_zeros().max(4) as u8;
            Ok(if valid { m.heap(arg(a, 1)?.low, log2) } else { Val::int(0) })
        },
        "posix_memalign" => |m, a, _| {
            let align = arg(a, 1)?.low;
            if !align.is_power_of_two() || align > 1 << 16 {
                return Ok(Val::int(EINVAL as u64));
            }
            let block = m.heap(arg(a, 2)?.low, align.trailing_zeros().max(4) as u8);
            if block.low == 0 {
                return Ok(Val::int(ENOMEM as u64));
            }
            let place = m.memory.place(arg(a, 0)?, 8, 3, true)?;
            m.memory.store(place, 8, block);
            Ok(Val::int(0))
        },
        _ => return memory_function(name),
    })
}

fn memory_function(name: &str) -> Option<HostFn> {
    Some(match name {
        "memcpy" => |m, a, _| {
            m.copy(CopyFlags::NONE, 0, arg(a, 0)?, arg(a, 1)?, arg(a, 2)?)?;
            arg(a, 0)
        },
        "memmove" => |m, a, _| {
            m.copy(CopyFlags::OVERLAP, 0, arg(a, 0)?, arg(a, 1)?, arg(a, 2)?)?;
            arg(a, 0)
        },
        "memset" => |m, a, _| {
            let len = arg(a, 2)?.low;
            if len != 0 {
                let place = m.memory.place(arg(a, 0)?, len, 0, true)?;
                m.memory.fill(place, len as usize, Val::int(arg(a, 1)?.low & 255));
            }
            arg(a, 0)
        },
        "memcmp" | "bcmp" => |m, a, _| {
            let len = arg(a, 2)?.low;
            let left = m.read_bytes(arg(a, 0)?, len)?;
            let right = m.read_bytes(arg(a, 1)?, len)?;
            Ok(Val::int(u64::from(left.cmp(right) as i32 as u32)))
        },
        "memchr" => |m, a, _| {
            let (start, len) = (arg(a, 0)?, arg(a, 2)?.low);
            let byte = arg(a, 1)?.low as u8;
            let found = m.read_bytes(start, len)?.iter().position(|&b| b == byte);
            Ok(found.map_or(Val::int(0), |at| Val { low: start.low + at as u64, ..start }))
        },
        "strlen" => |m, a, _| Ok(Val::int(m.c_string(arg(a, 0)?)?.len() as u64)),
        _ => return math_function(name),
    })
}

/// One function for `f64`, and the same name with an `f` for `f32`.
macro_rules! math {
    ($name:expr; $($text:literal $text32:literal $method:ident;)*) => {
        match $name {
            $(
                $text => |_, a, _| f64_result(f64_arg(a, 0)?.$method()),
                $text32 => |_, a, _| f32_result(f32_arg(a, 0)?.$method()),
            )*
            "fabs" => |_, a, _| f64_result(f64_arg(a, 0)?.abs()),
            "fabsf" => |_, a, _| f32_result(f32_arg(a, 0)?.abs()),
            "atan2" => |_, a, _| f64_result(f64_arg(a, 0)?.atan2(f64_arg(a, 1)?)),
            "atan2f" => |_, a, _| f32_result(f32_arg(a, 0)?.atan2(f32_arg(a, 1)?)),
            "pow" => |_, a, _| f64_result(f64_arg(a, 0)?.powf(f64_arg(a, 1)?)),
            "powf" => |_, a, _| f32_result(f32_arg(a, 0)?.powf(f32_arg(a, 1)?)),
            "hypot" => |_, a, _| f64_result(f64_arg(a, 0)?.hypot(f64_arg(a, 1)?)),
            "hypotf" => |_, a, _| f32_result(f32_arg(a, 0)?.hypot(f32_arg(a, 1)?)),
            "fmod" => |_, a, _| f64_result(f64_arg(a, 0)? % f64_arg(a, 1)?),
            "fmodf" => |_, a, _| f32_result(f32_arg(a, 0)? % f32_arg(a, 1)?),
            "fmin" => |_, a, _| f64_result(f64_arg(a, 0)?.min(f64_arg(a, 1)?)),
            "fminf" => |_, a, _| f32_result(f32_arg(a, 0)?.min(f32_arg(a, 1)?)),
            "fmax" => |_, a, _| f64_result(f64_arg(a, 0)?.max(f64_arg(a, 1)?)),
            "fmaxf" => |_, a, _| f32_result(f32_arg(a, 0)?.max(f32_arg(a, 1)?)),
            "copysign" => |_, a, _| f64_result(f64_arg(a, 0)?.copysign(f64_arg(a, 1)?)),
            "copysignf" => |_, a, _| f32_result(f32_arg(a, 0)?.copysign(f32_arg(a, 1)?)),
            "fma" => |_, a, _| {
                f64_result(f64_arg(a, 0)?.mul_add(f64_arg(a, 1)?, f64_arg(a, 2)?))
            },
            "fmaf" => |_, a, _| {
                f32_result(f32_arg(a, 0)?.mul_add(f32_arg(a, 1)?, f32_arg(a, 2)?))
            },
            _ => return None,
        }
    };
}

fn math_function(name: &str) -> Option<HostFn> {
    let function: HostFn = math! { name;
        "sin" "sinf" sin;
        "cos" "cosf" cos;
        "tan" "tanf" tan;
        "asin" "asinf" asin;
        "acos" "acosf" acos;
        "atan" "atanf" atan;
        "sinh" "sinhf" sinh;
        "cosh" "coshf" cosh;
        "tanh" "tanhf" tanh;
        "asinh" "asinhf" asinh;
        "acosh" "acoshf" acosh;
        "atanh" "atanhf" atanh;
        "exp" "expf" exp;
        "exp2" "exp2f" exp2;
        "expm1" "expm1f" exp_m1;
        "log" "logf" ln;
        "log2" "log2f" log2;
        "log10" "log10f" log10;
        "log1p" "log1pf" ln_1p;
        "cbrt" "cbrtf" cbrt;
        "sqrt" "sqrtf" sqrt;
        "floor" "floorf" floor;
        "ceil" "ceilf" ceil;
        "trunc" "truncf" trunc;
        "round" "roundf" round;
        "rint" "rintf" round_ties_even;
        "nearbyint" "nearbyintf" round_ties_even;
        "roundeven" "roundevenf" round_ties_even;
    };
    Some(function)
}

fn arg(args: &[Val], index: usize) -> Step<Val> {
    args.get(index)
        .copied()
        .ok_or_else(|| Halt::Undefined("a library function with too few arguments".to_owned()))
}

fn int(args: &[Val], index: usize) -> Step<i32> {
    Ok(sign_extend(arg(args, index)?.bits() & 0xffff_ffff, 32) as i32)
}

fn f64_arg(args: &[Val], index: usize) -> Step<f64> {
    Ok(f64::from_bits(arg(args, index)?.low))
}

fn f32_arg(args: &[Val], index: usize) -> Step<f32> {
    Ok(f32::from_bits(arg(args, index)?.low as u32))
}

fn f64_result(value: f64) -> Step<Val> {
    Ok(Val::int(value.to_bits()))
}

fn f32_result(value: f32) -> Step<Val> {
    Ok(Val::int(value.to_bits().into()))
}

fn realloc(m: &mut Machine<'_>, args: &[Val], _: &Signature) -> Step<Val> {
    let (old, size) = (arg(args, 0)?, arg(args, 1)?.low);
    let new = m.heap(size, 4);
    if old.low == 0 || new.low == 0 {
        return Ok(new);
    }
    let kept = m.memory.size_of(old)?.min(size);
    m.copy(CopyFlags::NONE, 0, new, old, Val::int(kept))?;
    m.memory.release(old, AllocKind::Heap)?;
    Ok(new)
}

impl Machine<'_> {
    /// A heap block, or null above the limit.
    fn heap(&mut self, size: u64, align_log2: u8) -> Val {
        self.memory.allocate(size, align_log2, AllocKind::Heap).unwrap_or_default()
    }

    fn zero(&mut self, block: Val, size: u64) -> Step {
        if block.low != 0 {
            let place = self.memory.place(block, size, 0, true)?;
            self.memory.fill(place, size as usize, Val::int(0));
        }
        Ok(())
    }

    /// Initialised bytes for the outside.
    fn read_bytes(&self, at: Val, len: u64) -> Step<&[u8]> {
        if len == 0 {
            return Ok(&[]);
        }
        let place = self.memory.place(at, len, 0, false)?;
        Ok(self.memory.init_bytes(place, len as usize)?)
    }

    fn path_operation(&mut self, operation: PathOp, args: &[Val]) -> Step<Val> {
        let path = self.c_string(arg(args, 0)?)?;
        let result = self.host.path(operation, &path);
        self.report(result.map(|()| 0), 32)
    }

    fn c_string(&self, at: Val) -> Step<Vec<u8>> {
        let mut bytes = Vec::new();
        for offset in 0..MAX_STRING {
            let place = self.memory.place(Val { low: at.low + offset, ..at }, 1, 0, false)?;
            match self.memory.init_bytes(place, 1)? {
                [0] => return Ok(bytes),
                byte => bytes.extend_from_slice(byte),
            }
        }
        Err(Halt::Undefined("a string without an end".to_owned()))
    }

    /// A string with its terminator in memory that the program never frees.
    pub fn new_c_string(&mut self, text: &[u8]) -> Step<Val> {
        let len = text.len() as u64 + 1;
        let block = self.allocate(len, 0, AllocKind::Global { mutable: true })?;
        let place = self.memory.place(block, len, 0, true)?;
        self.memory.write(place, &[text, b"\0"].concat());
        Ok(block)
    }

    fn errno_place(&mut self) -> Step<Val> {
        if let Some(place) = self.errno {
            return Ok(place);
        }
        let place = self.allocate(4, 2, AllocKind::Global { mutable: true })?;
        self.zero(place, 4)?;
        self.errno = Some(place);
        Ok(place)
    }

    /// The result of a system call: the value, or -1 (of `bits`) and `errno`.
    fn report(&mut self, result: Result<u64, Errno>, bits: u32) -> Step<Val> {
        match result {
            Ok(value) => Ok(Val::int(value)),
            Err(errno) => {
                let at = self.errno_place()?;
                let place = self.memory.place(at, 4, 2, true)?;
                self.memory.store(place, 4, Val::int(errno as u64));
                Ok(Val::int(u64::MAX >> (64 - bits)))
            }
        }
    }
}
