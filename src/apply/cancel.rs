//! A person's wish to stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Asks an apply to stop: the running command is killed, a file that is being changed is finished, nothing more begins.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    asked: Arc<AtomicBool>,
    /// True while nothing is being applied, when the signals do what they do by default.
    idle: Arc<AtomicBool>,
    /// How many guards listen.
    listening: Arc<AtomicUsize>,
}

impl Cancel {
    /// Is asked by Ctrl-C, SIGTERM and SIGHUP while something is being applied; at other times these end the process.
    ///
    /// The signals' handlers are set for the whole process, at the first call.
    pub fn by_signals() -> Self {
        static SIGNALS: OnceLock<Cancel> = OnceLock::new();
        SIGNALS.get_or_init(Self::watch_signals).clone()
    }

    fn watch_signals() -> Self {
        let cancel = Self { asked: Arc::default(), idle: Arc::new(AtomicBool::new(true)), ..Self::default() };
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Refused only for signals that cannot be caught; then the default holds, which ends the process as well.
            let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&cancel.idle));
            let _ = signal_hook::flag::register(signal, Arc::clone(&cancel.asked));
        }
        cancel
    }

    /// Asks.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// True once it was asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Something is being applied until the guard is dropped; the wish ends with the last guard.
    pub fn listen(&self) -> Listening<'_> {
        self.listening.fetch_add(1, Ordering::SeqCst);
        self.idle.store(false, Ordering::SeqCst);
        Listening(self)
    }
}

/// While it lives, a wish to stop is kept and not obeyed by the process as a whole.
#[must_use = "the wish to stop ends with it"]
#[derive(Debug)]
pub struct Listening<'a>(&'a Cancel);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        if self.0.listening.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.asked.store(false, Ordering::SeqCst);
            self.0.idle.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_to_stop_lasts_as_long_as_anybody_listens() {
        let cancel = Cancel::default();
        let whole = cancel.listen();
        let part = cancel.listen();
        cancel.ask();
        drop(part);
        assert!(cancel.is_asked());
        drop(whole);
        assert!(!cancel.is_asked());
    }
}
