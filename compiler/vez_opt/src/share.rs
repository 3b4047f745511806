//! A library from a program: exports what other programs can call, and drops the rest.

use crate::{Level, globals, inline, optimize};
use vez_vir::{Function, Linkage, Module};

/// Optimises a module and leaves its shared functions and statics, exported; gives their names, sorted.
///
/// A function that would be inlined where it is called stays out: an import cannot be.
pub fn share(module: &mut Module) -> Vec<String> {
    optimize(module, Level::Full);
    let mut names = Vec::new();
    for func in module.func_ids() {
        let function = module.func(func);
        let offered = function.linkage == Linkage::Shared && is_worth_a_call(function);
        if offered {
            names.push(module.str(function.name).to_owned());
        }
        module.functions[func.index()].linkage = exported_if(offered, function.linkage);
    }
    for global in module.global_ids() {
        let linkage = module.global(global).linkage;
        let offered = linkage == Linkage::Shared;
        if offered {
            names.push(module.str(module.global(global).name).to_owned());
        }
        module.globals[global.index()].linkage = exported_if(offered, linkage);
    }
    globals::remove_dead(module);
    names.sort();
    names
}

fn is_worth_a_call(function: &Function) -> bool {
    function.body.as_ref().is_some_and(|body| !inline::is_inlined_anywhere(function, body))
}

fn exported_if(offered: bool, linkage: Linkage) -> Linkage {
    match linkage {
        Linkage::Import => Linkage::Import,
        _ if offered => Linkage::Export,
        _ => Linkage::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inlined_stays_out() {
        let text = "module \"m\"

shared global @s: size 4 align 4 = zero

shared fn @kept(i32) -> i32 #cold {
b0(v0: i32):
  v1 = addr @s
  store i32 v0, v1 align 4
  ret v0
}

shared fn @small(i32) -> i32 {
b0(v0: i32):
  ret v0
}

export fn @main(i32) -> i32 {
b0(v0: i32):
  v1 = call @kept(v0)
  v2 = call @small(v1)
  ret v2
}
";
        let mut module = vez_vir::parse_module(text).expect("it is valid");
        assert_eq!(share(&mut module), ["kept", "s"]);
        assert!(module.find_func("main").is_none() && module.find_func("small").is_none());
        assert_eq!(module.func(module.find_func("kept").unwrap()).linkage, Linkage::Export);
    }
}
