//! Links the program so that it starts fast, as an agent waits for a fresh process at each of its calls.
//!
//! On Linux with the GNU toolchain, more than half a millisecond goes into relocating a position-independent program of
//! this size and into finding and loading shared libraries; all of it is settled here at link time, as far as the
//! toolchain brings the libraries as archives. Elsewhere nothing changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the C library consists of, by the names under which the compiler may ask for it.
const C_LIBRARY: &[&str] = &["c", "m", "util", "rt", "pthread", "dl"];
/// The unwinder and what it needs.
const UNWINDER: &[&str] = &["gcc_eh", "gcc"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let native = env::var("HOST").ok() == env::var("TARGET").ok();
    if !(native && is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu"))
    {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-no-pie");
    let Some(folder) = env::var_os("OUT_DIR").map(PathBuf::from) else { return };
    match (archives(UNWINDER), archives(C_LIBRARY)) {
        (Some(unwinder), Some(c_library)) => {
            let all = [c_library, unwinder].concat();
            if C_LIBRARY.iter().chain(&["gcc_s"]).all(|name| answer(&folder, name, &all)) {
                println!("cargo:rustc-link-arg-bins=-static");
                println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
            }
        }
        (Some(unwinder), None) if answer(&folder, "gcc_s", &unwinder) => {
            println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
        }
        _ => {}
    }
}

/// The whole paths of libraries that the C compiler, which is the linker's driver, brings as archives; `None` if it
/// lacks one of them.
fn archives(names: &[&str]) -> Option<Vec<PathBuf>> {
    names.iter().map(|name| archive(name)).collect()
}

fn archive(name: &str) -> Option<PathBuf> {
    let told = Command::new("cc").arg(format!("-print-file-name=lib{name}.a")).output().ok()?;
    let path = PathBuf::from(String::from_utf8_lossy(&told.stdout).trim());
    (path.is_absolute() && path.exists()).then_some(path)
}

/// Leaves a linker script by the name of a shared library in `folder`; found first, it answers with `archives`.
fn answer(folder: &Path, library: &str, archives: &[PathBuf]) -> bool {
    let listed: Vec<_> = archives.iter().map(|path| path.display().to_string()).collect();
    fs::write(folder.join(format!("lib{library}.so")), format!("GROUP({})\n", listed.join(" "))).is_ok()
}
