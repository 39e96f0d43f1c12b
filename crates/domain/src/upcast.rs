//! Old shapes of events, brought to the current one when they are read. The log itself is never rewritten.

use serde_json::Value;

use crate::EventData;

/// Brings data from one shape to the next.
type Step = fn(Value) -> Value;

/// The steps from the first shape of an event to the current one, in order.
///
/// An event gets an arm here when its shape first changes, and with it a file of the old shape in `tests/history/`.
const fn steps(_name: &str) -> &'static [Step] {
    &[]
}

/// The version of the shape that events of this name are written in: the first is 1, each step makes one more.
pub(crate) fn current_schema(name: &str) -> i16 {
    i16::try_from(steps(name).len()).map_or(i16::MAX, |steps| steps.saturating_add(1))
}

/// The data in its current shape.
pub(crate) fn upcast(name: &str, schema: i16, data: &EventData) -> Result<EventData, serde_json::Error> {
    let value = serde_json::from_str(data.as_str())?;
    serde_json::to_string(&bring_up(steps(name), schema, value)).map(Into::into)
}

fn bring_up(steps: &[Step], schema: i16, value: Value) -> Value {
    let taken = usize::try_from(schema.saturating_sub(1)).unwrap_or(0);
    steps.iter().skip(taken).fold(value, |value, step| step(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RENAME: Step = |mut value| {
        value["minutes"] = value["min"].take();
        value
    };
    const ADD: Step = |mut value| {
        value["zone"] = json!("Etc/UTC");
        value
    };

    #[test]
    fn each_shape_takes_only_the_steps_it_lacks() {
        let first = bring_up(&[RENAME, ADD], 1, json!({"min": 5}));
        assert_eq!((&first["minutes"], &first["zone"]), (&json!(5), &json!("Etc/UTC")));
        let second = bring_up(&[RENAME, ADD], 2, json!({"minutes": 5}));
        assert_eq!((&second["minutes"], &second["zone"]), (&json!(5), &json!("Etc/UTC")));
        assert_eq!(bring_up(&[RENAME, ADD], 3, json!({"minutes": 5})), json!({"minutes": 5}));
    }
}
