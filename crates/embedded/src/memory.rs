//! How much memory there is: the machine's, or less where this process may not have all of it.

use std::{fs, path::Path};

/// The memory there is, in bytes. None where the system does not tell it in files, as Linux does.
#[must_use]
pub fn memory() -> Option<u64> {
    told_in(Path::new("/"))
}

fn told_in(root: &Path) -> Option<u64> {
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
    let machine = read("proc/meminfo").lines().find_map(|line| {
        let kib = line.strip_prefix("MemTotal:")?.strip_suffix("kB")?;
        kib.trim().parse::<u64>().ok()
    })?;
    // Whoever sets a limit to a service or a container, sets it to the group that this process is in, or to one around it.
    let groups = root.join("sys/fs/cgroup");
    let own = read("proc/self/cgroup").lines().find_map(|line| Some(line.strip_prefix("0::/")?.to_owned()));
    let own = groups.join(own.unwrap_or_default());
    let around = own.ancestors().take_while(|group| group.starts_with(&groups)).map(|group| group.join("memory.max"));
    // Where groups are of the older kind.
    let files = around.chain([groups.join("memory/memory.limit_in_bytes")]);
    let limits = files.filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    limits.chain([machine * 1024]).min()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const GIB: u64 = 1 << 30;

    fn system(files: &[(&str, &str)]) -> TempDir {
        let root = TempDir::new().unwrap();
        for (file, text) in files {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        root
    }

    #[test]
    fn it_is_the_machines_where_nobody_sets_a_limit() {
        let machine = ("proc/meminfo", "MemFree: 1 kB\nMemTotal:        4194304 kB\nMemAvailable: 2 kB\n");
        let unlimited = ("sys/fs/cgroup/user/memory.max", "max\n");
        let root = system(&[machine, ("proc/self/cgroup", "0::/user/session\n"), unlimited]);
        assert_eq!(told_in(root.path()), Some(4 * GIB));
        assert_eq!(told_in(system(&[machine]).path()), Some(4 * GIB));
    }

    #[test]
    fn a_limit_of_the_group_or_of_one_around_it_is_less() {
        let machine = ("proc/meminfo", "MemTotal:        4194304 kB\n");
        let group = ("proc/self/cgroup", "1:name=systemd:/x\n0::/services/momentum\n");
        let own = ("sys/fs/cgroup/services/momentum/memory.max", "2147483648\n");
        assert_eq!(told_in(system(&[machine, group, own]).path()), Some(2 * GIB));
        let around = ("sys/fs/cgroup/services/memory.max", "1073741824\n");
        assert_eq!(told_in(system(&[machine, group, own, around]).path()), Some(GIB));
        let container = ("sys/fs/cgroup/memory.max", "1073741824");
        assert_eq!(told_in(system(&[machine, ("proc/self/cgroup", "0::/\n"), container]).path()), Some(GIB));
        let older = ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        assert_eq!(told_in(system(&[machine, older]).path()), Some(GIB));
    }

    #[test]
    fn nothing_is_known_where_nothing_is_told() {
        assert_eq!(told_in(system(&[]).path()), None);
    }
}
