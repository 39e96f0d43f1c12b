/** The wire's types by their names. */
import type { components } from './schema'

type Schemas = components['schemas']
export type CalendarSettings = Schemas['CalendarSettings']
export type ChangePreferences = Partial<Schemas['ChangePreferences']>
export type CorrectLog = Partial<Schemas['CorrectLog']>
export type CreateGoal = Schemas['CreateGoal']
export type DailyLog = Schemas['DailyLogRow']
export type DailyTotal = Schemas['DailyTotal']
export type Done = Schemas['Done']
export type Goal = Schemas['GoalDetailsRow']
export type Happening = Schemas['Happening']
export type LogDay = Schemas['LogDay']
export type Me = Schemas['Me']
export type OpenSession = Schemas['OpenSession']
export type Problem = Schemas['Problem']
export type Register = Schemas['Register']
export type ReviseGoal = Partial<Schemas['ReviseGoal']>
export type SignIn = Schemas['SignIn']
export type SignedInAs = Schemas['SignedInAs']
export type GoalListRow = Schemas['Page_GoalListRow']['items'][number]
