//! The one of many times that stands for them.

use std::time::Duration;

/// The time that so many of a thousand did not exceed. They are sorted, shortest first.
#[must_use]
pub fn per_mille(sorted: &[Duration], per_mille: usize) -> Duration {
    let place = (sorted.len() * per_mille).div_ceil(1_000).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_hundred_takes_longer_than_what_the_rest_did_not_exceed() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        let told = [0, 500, 990, 1_000].map(|share| per_mille(&times, share).as_millis());
        assert_eq!(told, [1, 50, 99, 100]);
        assert_eq!(per_mille(&times[..3], 500).as_millis(), 2);
        assert_eq!(per_mille(&[], 500), Duration::ZERO);
    }
}
