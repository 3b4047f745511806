//! Time and memory of processes, several of them in turn.

use serde::Serialize;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One run of a command, its own children included as far as it waited for them.
#[derive(Clone, Copy)]
pub struct Sample {
    wall: Duration,
    cpu: Duration,
    peak_kb: u64,
}

/// What is reported of several runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Measured {
    /// Least user and system time.
    pub cpu_ms: f64,
    /// Median.
    pub wall_ms: f64,
    /// Largest resident set of any process of the run, least over the runs.
    pub peak_mb: f64,
    pub runs: usize,
}

impl Measured {
    fn of(samples: &[Sample]) -> Measured {
        let mut walls: Vec<Duration> = samples.iter().map(|s| s.wall).collect();
        walls.sort();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let least = |key: fn(&Sample) -> Duration| samples.iter().map(key).min();
        Measured {
            cpu_ms: least(|s| s.cpu).map_or(0.0, ms),
            wall_ms: walls.get(walls.len() / 2).copied().map_or(0.0, ms),
            peak_mb: samples.iter().map(|s| s.peak_kb).min().unwrap_or(0) as f64 / 1024.0,
            runs: samples.len(),
        }
    }
}

/// Something to be measured: its name, how to start it, and what it printed and took when it was tried.
pub struct Contender {
    pub name: &'static str,
    pub command: Box<dyn Fn() -> Command>,
    /// The run that checked it: counts where it was too long to be repeated.
    pub first: Sample,
}

impl Contender {
    /// Tries the command once; the text is its standard output.
    pub fn try_out(
        name: &'static str,
        command: impl Fn() -> Command + 'static,
    ) -> Result<(Contender, String), String> {
        let scratch = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        let errors = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        let reopen = |file: &tempfile::NamedTempFile| file.reopen().map_err(|e| e.to_string());
        let mut first = command();
        first.stdout(reopen(&scratch)?).stderr(reopen(&errors)?);
        let outcome = sample(first);
        let read = |file: &tempfile::NamedTempFile| {
            std::fs::read(file.path()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let output = read(&scratch).map_err(|error| error.to_string())?;
        match outcome {
            Ok(first) => Ok((Contender { name, command: Box::new(command), first }, output)),
            Err(why) => {
                let said = read(&errors).unwrap_or_default();
                let line = said.lines().find(|l| !l.trim().is_empty()).unwrap_or("no message");
                Err(format!("{why}: {line}"))
            }
        }
    }
}

/// Runs all in turn, again and again. What took longer than `patience` when it was tried is not repeated as often.
pub fn interleave(
    contenders: &[Contender],
    repetitions: usize,
    patience: Duration,
) -> Vec<Measured> {
    let mut samples: Vec<Vec<Sample>> = contenders.iter().map(|_| Vec::new()).collect();
    for turn in 0..repetitions {
        for (contender, taken) in contenders.iter().zip(&mut samples) {
            // The longer, the fewer: one more run for each whole multiple that fits.
            let slow = contender.first.wall.as_secs_f64() / patience.as_secs_f64();
            let allowed =
                if slow <= 1.0 { repetitions } else { (repetitions as f64 / slow) as usize };
            if turn >= allowed {
                continue;
            }
            let mut command = (contender.command)();
            command.stdout(Stdio::null()).stderr(Stdio::null());
            taken.extend(sample(command).ok());
        }
    }
    let measured = |(contender, taken): (&Contender, &Vec<Sample>)| match &taken[..] {
        [] => Measured::of(&[contender.first]),
        taken => Measured::of(taken),
    };
    contenders.iter().zip(&samples).map(measured).collect()
}

/// Starts the command, waits for it and asks the kernel what it used. An exit code other than zero is an error.
fn sample(mut command: Command) -> Result<Sample, String> {
    command.stdin(Stdio::null());
    let start = Instant::now();
    let child = command.spawn().map_err(|error| error.to_string())?;
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    let pid = child.id() as libc::pid_t;
    // SAFETY: both pointers are to live memory of the right type; the child is ours and nobody else waits for it.
    let waited = unsafe { libc::wait4(pid, &mut status, 0, usage.as_mut_ptr()) };
    let wall = start.elapsed();
    if waited != pid {
        return Err("cannot wait for the process".to_string());
    }
    if status != 0 {
        return Err(match libc::WIFEXITED(status) {
            true => format!("exit code {}", libc::WEXITSTATUS(status)),
            false => format!("signal {}", libc::WTERMSIG(status)),
        });
    }
    // SAFETY: zeroed is a valid value, and `wait4` has filled it.
    let usage = unsafe { usage.assume_init() };
    let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    let cpu = time(usage.ru_utime) + time(usage.ru_stime);
    Ok(Sample { wall, cpu, peak_kb: usage.ru_maxrss as u64 })
}
