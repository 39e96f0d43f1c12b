/** The wire's types by their names. */

export type * from './ahead'

import type { components } from './schema'

type Schemas = components['schemas']
export type CalendarSettings = Schemas['CalendarSettings']
export type ChangePreferences = Partial<Schemas['ChangePreferences']>
export type CorrectLog = Partial<Schemas['CorrectLog']>
export type CreateGoal = Schemas['CreateGoal']
export type DailyLog = Schemas['DailyLogRow']
export type DailyTotal = Schemas['DailyTotal']
export type Done = Schemas['Done']
export type DatedSchedule = Schemas['DatedSchedule']
export type DatedTarget = Schemas['DatedTarget']
export type DayRange = Schemas['DayRange']
export type Goal = Schemas['GoalDetailsRow']
export type Happening = Schemas['Happening']
export type LogDay = Schemas['LogDay']
export type Me = Schemas['Me']
export type OpenSession = Schemas['OpenSession']
export type Problem = Schemas['Problem']
export type PauseGoal = Schemas['PauseGoal']
export type Register = Schemas['Register']
export type ReviseGoal = Partial<Schemas['ReviseGoal']>
export type Schedule = Schemas['Schedule']
export type SignIn = Schemas['SignIn']
export type SignedInAs = Schemas['SignedInAs']
export type Standing = Schemas['Standing']
export type StreakChanged = Schemas['Page_StreakChanged']['items'][number]
export type Unit = Schemas['Unit']
export type WeekDetails = Schemas['WeekInDetail']
export type WeekCorrection = WeekDetails['corrections'][number]
export type WeekFigures = Schemas['WeekFigures']
export type WeekSnapshot = Schemas['Page_WeekSnapshot']['items'][number]
export type WeeklyTarget = Schemas['WeeklyTarget']
export type Weekday = Schemas['Weekday']
export type GoalListRow = Schemas['Page_GoalListRow']['items'][number]
