//! Taking back what happened to a daily log.

use super::{Counted, DailyLog, DailyLogEvent};
use crate::{
    Refusal,
    undo::{TakenBack, Today, Undo},
};

impl Undo for DailyLog {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, _: Today) -> Result<Vec<DailyLogEvent>, Refusal> {
        match taken_back.event {
            DailyLogEvent::DailyLogCreated { .. } => self.withdraw(),
            DailyLogEvent::DailyLogCorrected { goal_id, .. } => {
                let (_, was) = self.counting()?;
                let day = taken_back.restored("day", self, |log| log.counted.map(|counted| counted.day))?.flatten();
                let minutes = |log: &Self| log.counted.map(|counted| counted.minutes);
                let minutes = taken_back.restored("minutes", self, minutes)?.flatten();
                let text = taken_back.restored("text", self, |log| log.text.clone())?;
                let counted = Counted { day: day.unwrap_or(was.day), minutes: minutes.unwrap_or(was.minutes) };
                Ok(vec![DailyLogEvent::DailyLogCorrected { goal_id: *goal_id, was, counted, text }])
            }
            DailyLogEvent::DailyLogWithdrawn { .. } => {
                taken_back.restored("withdrawn", self, |log| log.withdrawn)?;
                self.restore()
            }
            DailyLogEvent::DailyLogRestored { .. } => {
                taken_back.restored("withdrawn", self, |log| log.withdrawn)?;
                self.withdraw()
            }
        }
    }
}
