/** The wire's types by their names. */

import type { components } from './schema'

type Schemas = components['schemas']
export type CalendarSettings = Schemas['CalendarSettings']
export type ChangePassword = Schemas['ChangePassword']
export type ChangePreferences = Partial<Schemas['ChangePreferences']>
export type CorrectLog = Partial<Schemas['CorrectLog']>
export type CreateGoal = Schemas['CreateGoal']
export type DailyLog = Schemas['DailyLogRow']
export type DailyTotal = Schemas['DailyTotal']
export type Done = Schemas['Done']
export type Dashboard = Schemas['Dashboard']
export type DashboardGoal = Schemas['DashboardGoal']
export type DatedCalendar = Schemas['DatedCalendar']
export type DatedSchedule = Schemas['DatedSchedule']
export type DatedTarget = Schemas['DatedTarget']
export type DayRange = Schemas['DayRange']
export type Goal = Schemas['GoalRow']
/** Something that happened; where somebody joined, with the owner who invited them. */
export type Happening = Schemas['Happening']
export type Invitation = Schemas['Invitation']
export type Invited = Schemas['Invited']
export type LogDay = Schemas['LogDay']
/** The person; with the workspace that is shown, and what they may do in it, where that is not their own. */
export type Me = Schemas['Me']
export type Member = Schemas['Member']
export type Membership = Schemas['MembershipRow']
export type Problem = Schemas['Problem']
export type Pace = Schemas['Pace']
export type PauseGoal = Schemas['PauseGoal']
export type Register = Schemas['Register']
export type ReviseGoal = Partial<Schemas['ReviseGoal']>
export type Role = Schemas['Role']
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
