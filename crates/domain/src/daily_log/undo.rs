//! Taking back what happened to a daily log.

use super::{Counted, DailyLog, DailyLogEvent};
use crate::{
    Refusal,
    undo::{TakenBack, Today, Undo, restored},
};

impl Undo for DailyLog {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, _: Today) -> Result<Vec<DailyLogEvent>, Refusal> {
        let TakenBack { event, before, after, .. } = taken_back;
        match event {
            DailyLogEvent::DailyLogCreated { .. } => self.withdraw(),
            DailyLogEvent::DailyLogCorrected { goal_id, .. } => {
                let (_, was) = self.counting()?;
                let day = |log: &Self| log.counted.map(|counted| counted.day);
                let minutes = |log: &Self| log.counted.map(|counted| counted.minutes);
                let day = restored("day", &day(before), &day(after), &day(self))?.flatten();
                let minutes = restored("minutes", &minutes(before), &minutes(after), &minutes(self))?.flatten();
                let text = restored("text", &before.text, &after.text, &self.text)?;
                let counted = Counted { day: day.unwrap_or(was.day), minutes: minutes.unwrap_or(was.minutes) };
                Ok(vec![DailyLogEvent::DailyLogCorrected { goal_id: *goal_id, was, counted, text }])
            }
            DailyLogEvent::DailyLogWithdrawn { .. } => {
                restored("withdrawn", &before.withdrawn, &after.withdrawn, &self.withdrawn)?;
                self.restore()
            }
            DailyLogEvent::DailyLogRestored { .. } => {
                restored("withdrawn", &before.withdrawn, &after.withdrawn, &self.withdrawn)?;
                self.withdraw()
            }
        }
    }
}
