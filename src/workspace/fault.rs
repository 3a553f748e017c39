//! Named points between two steps of a change, at which tests let the process die or let somebody else act.
//! Outside tests a point is nothing.

/// A point that was reached.
#[cfg(not(any(test, feature = "fault-points")))]
#[inline]
pub(crate) fn point(_name: &'static str) {}

/// The same act, in a thread that goes on with the work of this one.
#[cfg(not(any(test, feature = "fault-points")))]
pub(crate) fn along<T>(act: impl FnOnce() -> T) -> impl FnOnce() -> T {
    act
}

#[cfg(any(test, feature = "fault-points"))]
pub(crate) use self::armed::{along, point};
#[cfg(test)]
pub(crate) use self::armed::{at, at_also_elsewhere, watch, watched};

#[cfg(any(test, feature = "fault-points"))]
mod armed {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rustix::process::{Signal, getpid, kill_process};

    /// Dies at the n-th point when the environment says so; counted from 1 over the whole process.
    const DIE_AT: &str = "PLANGATE_TEST_DIE_AT_POINT";

    type Hook = (&'static str, Box<dyn FnOnce()>);
    type Errand = (&'static str, Box<dyn FnOnce() + Send>);

    thread_local! {
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
        static ERRAND: RefCell<Option<Errand>> = const { RefCell::new(None) };
    }

    #[cfg(test)]
    thread_local! {
        static WATCH: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
    }

    static REACHED: AtomicU64 = AtomicU64::new(0);

    /// A point that was reached: the process dies here as by a power switch, or a test's hook acts.
    pub(crate) fn point(name: &'static str) {
        #[cfg(test)]
        watched();
        let count = REACHED.fetch_add(1, Ordering::Relaxed) + 1;
        let due = std::env::var(DIE_AT).ok().and_then(|n| n.parse::<u64>().ok());
        if due == Some(count) {
            // The signal cannot be caught; should it ever be late, nothing more may happen in this process.
            let _ = kill_process(getpid(), Signal::KILL);
            std::process::abort();
        }
        let due = |hook: &mut Hook| hook.0 == name;
        if let Some((_, act)) = HOOK.with_borrow_mut(|hook| hook.take_if(due)) {
            act();
        }
        if let Some((_, act)) = ERRAND.with_borrow_mut(|errand| errand.take_if(|errand| errand.0 == name)) {
            act();
        }
    }

    /// The same act, in a thread that goes on with the work of this one: what a test wished for this one's points happens
    /// there.
    pub(crate) fn along<T>(act: impl FnOnce() -> T) -> impl FnOnce() -> T {
        let errand = ERRAND.take();
        move || {
            ERRAND.set(errand);
            act()
        }
    }

    /// Lets `act` happen when this thread, or one that goes on with its work, next reaches the point `name`.
    #[cfg(test)]
    pub(crate) fn at_also_elsewhere(name: &'static str, act: impl FnOnce() + Send + 'static) {
        ERRAND.with_borrow_mut(|slot| *slot = Some((name, Box::new(act))));
    }

    /// Lets `act` happen when this thread next reaches the point `name`.
    #[cfg(test)]
    pub(crate) fn at(name: &'static str, act: impl FnOnce() + 'static) {
        HOOK.with_borrow_mut(|slot| *slot = Some((name, Box::new(act))));
    }

    /// Lets `act` happen at every point that this thread reaches, or nothing more.
    #[cfg(test)]
    pub(crate) fn watch(act: Option<Box<dyn FnMut()>>) {
        WATCH.with_borrow_mut(|slot| *slot = act);
    }

    /// Lets happen what was wished for every point.
    #[cfg(test)]
    pub(crate) fn watched() {
        WATCH.with_borrow_mut(|act| act.iter_mut().for_each(|act| act()));
    }
}
