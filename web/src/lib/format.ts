/** Numbers, dates and lengths of time, as people of a language write them. */
import { language, t } from '~/i18n'
import { instantOf } from './dates'

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>()

function once<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => T,
): T {
  const full = `${language()}|${key}`
  let format = made.get(full) as T | undefined
  if (!format) {
    format = make()
    made.set(full, format)
  }
  return format
}

/** The locale to write in: the browser's own flavour of the language, if it has one. */
function locale(): string {
  return navigator.languages?.find((tag) => tag.split('-')[0] === language()) ?? language()
}

/** How days are written, in the style asked for. */
const dayFormat = (options: Intl.DateTimeFormatOptions) =>
  once(
    `d${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }),
  )

/** A day, in the style asked for. */
export function formatDay(day: string, options: Intl.DateTimeFormatOptions = { dateStyle: 'long' }): string {
  return dayFormat(options).format(instantOf(day))
}

/** From a day to another, without saying twice what they share. */
export function formatDays(first: string, last: string, options: Intl.DateTimeFormatOptions): string {
  return dayFormat(options).formatRange(instantOf(first), instantOf(last))
}

/** An instant, in a zone. */
export function formatInstant(
  instant: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' },
): string {
  return once(`i${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale(), options)).format(
    new Date(instant),
  )
}

/** `Today`, `Yesterday`, or the day. */
export function formatNear(day: string, today: string, options?: Intl.DateTimeFormatOptions): string {
  const distance = Math.round((instantOf(day).getTime() - instantOf(today).getTime()) / 86_400_000)
  if (distance === 0) return t('time.today')
  if (distance === -1) return t('time.yesterday')
  return formatDay(day, options ?? { weekday: 'long', day: 'numeric', month: 'long' })
}

/** How long ago, or ahead, in days or larger. */
export function formatDistance(days: number): string {
  const format = once('r', () => new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }))
  if (Math.abs(days) < 14) return format.format(days, 'day')
  if (Math.abs(days) < 70) return format.format(Math.round(days / 7), 'week')
  if (Math.abs(days) < 700) return format.format(Math.round(days / 30.4), 'month')
  return format.format(Math.round(days / 365.25), 'year')
}

/** A number. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return once(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale(), options)).format(value)
}

/** A share, as in `12 %`. Never rounded up to all of it. */
export function formatPercent(share: number): string {
  const shown = share < 1 ? Math.min(share, 0.99) : share
  return formatNumber(shown, { style: 'percent', maximumFractionDigits: 0 })
}

/** A length of time, as in `1 h 30 min`. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return t('time.minutes', { value: formatNumber(rest) })
  if (rest === 0) return t('time.hours', { value: formatNumber(hours) })
  return t('time.both', { hours: formatNumber(hours), minutes: formatNumber(rest) })
}

/** What a language is called. */
export function languageName(tag: string): string {
  return new Intl.DisplayNames(locale(), { type: 'language' }).of(tag) ?? tag
}
