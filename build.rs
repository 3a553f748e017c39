//! Links the program so that it starts fast, as an agent waits for a fresh process at each of its calls.
//!
//! On Linux with the GNU toolchain, half a millisecond goes into relocating a position-independent program of this size
//! and into loading a shared library for the unwinder; both are settled here at link time. Elsewhere nothing changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let native = env::var("HOST").ok() == env::var("TARGET").ok();
    if !(native && is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu"))
    {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-no-pie");
    if let Some(folder) = env::var_os("OUT_DIR").map(PathBuf::from).filter(|_| has_static_unwinder()) {
        link_unwinder_statically(&folder);
    }
}

/// Whether the C compiler, which is the linker's driver, brings the unwinder as an archive: it then tells its whole path.
fn has_static_unwinder() -> bool {
    Command::new("cc").arg("-print-file-name=libgcc_eh.a").output().is_ok_and(|answer| {
        let path = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        Path::new(&path).is_absolute() && Path::new(&path).exists()
    })
}

/// The standard library asks for `-lgcc_s`; a linker script of that name, found first, answers with the archives.
fn link_unwinder_statically(folder: &Path) {
    if fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh -lgcc)\n").is_ok() {
        println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
    }
}
