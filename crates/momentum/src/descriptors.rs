//! How many files, and so connections, the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than all limits on connections together come to.
const DESCRIPTORS_MAX: u64 = 65_536;

/// Takes as many as the system allows: what processes begin with, often 1,024, is for programs of long ago.
pub fn take_all() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let most = maximum.map_or(DESCRIPTORS_MAX, |maximum| maximum.min(DESCRIPTORS_MAX));
    if current.is_some_and(|current| current < most) {
        // Where that is forbidden, as to a unit of systemd, who forbids it has set what is right.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_taken_and_no_more() {
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        take_all();
        let Rlimit { current, maximum: still } = getrlimit(Resource::Nofile);
        assert_eq!(still, maximum);
        assert!(
            current.is_none_or(|current| current >= DESCRIPTORS_MAX.min(maximum.unwrap_or(u64::MAX))),
            "{current:?}"
        );
    }
}
