//! Hosts in a sentence: those that are alike are named together.

use crate::host::HostName;

/// How many names a list holds before the rest is only counted.
const NAMED: usize = 6;

/// Gathers hosts, or other things, by what they have in common, in the order of their first appearance.
pub(super) fn grouped<K: PartialEq, T>(items: impl IntoIterator<Item = (K, T)>) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for (key, item) in items {
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, items)) => items.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups
}

/// Returns the names of all these hosts, as `web1 web2`.
pub(super) fn names<'a>(hosts: impl IntoIterator<Item = &'a HostName>) -> String {
    hosts.into_iter().map(HostName::as_str).collect::<Vec<_>>().join(" ")
}

/// Returns the names as long as they are few, as `web1 web2` or `web1 web2 … and 12 more`.
pub(super) fn listed<'a>(hosts: impl IntoIterator<Item = &'a HostName>, separator: &str) -> String {
    let hosts: Vec<&str> = hosts.into_iter().map(HostName::as_str).collect();
    if hosts.len() <= NAMED + 1 {
        return hosts.join(separator);
    }
    format!("{} and {} more", hosts[..NAMED].join(separator), hosts.len() - NAMED)
}

/// Returns these hosts out of so many, as `all 3 hosts`, `both hosts` or `web1 web2`.
pub(super) fn some_of(hosts: &[HostName], all: usize) -> String {
    match all {
        2.. if hosts.len() < all => listed(hosts, " "),
        0 | 1 => listed(hosts, " "),
        2 => "both hosts".to_owned(),
        _ => format!("all {all} hosts"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(count: usize) -> Vec<HostName> {
        (1..=count).map(|number| HostName::new(format!("web{number}"))).collect()
    }

    #[test]
    fn alike_hosts_are_named_together() {
        let [one, two, three] = [1, 2, 1].map(|key| (key, HostName::new(format!("web{key}"))));
        let groups = grouped([one, two, three]);
        assert_eq!(
            groups.iter().map(|(key, hosts)| (*key, names(hosts))).collect::<Vec<_>>(),
            [(1, "web1 web1".to_owned()), (2, "web2".to_owned())]
        );
    }

    #[test]
    fn many_hosts_are_counted() {
        assert_eq!(some_of(&hosts(3), 3), "all 3 hosts");
        assert_eq!(some_of(&hosts(2), 2), "both hosts");
        assert_eq!(some_of(&hosts(1), 1), "web1");
        assert_eq!(some_of(&hosts(2), 3), "web1 web2");
        assert_eq!(some_of(&hosts(9), 20), "web1 web2 web3 web4 web5 web6 and 3 more");
    }
}
