import { type ChangeEvent, type FocusEvent, useState } from 'react'

/**
 * For a field of a day: the day is told once it is whole, as `isDay` says. By keyboard, a year is typed digit by digit, and
 * is one of long ago until the last. What is half typed when the field is left gives
 * way to the day there was.
 */
export function useTypedDay(value: string, isDay: (typed: string) => boolean, tell: (day: string) => void) {
  const [known, setKnown] = useState(value)
  const [typed, setTyped] = useState(value)
  if (known !== value) {
    setKnown(value)
    setTyped(value)
  }
  const isWhole = ({ validity, value }: HTMLInputElement) => !validity.badInput && isDay(value)
  return {
    value: typed,
    onChange({ target }: ChangeEvent<HTMLInputElement>) {
      setTyped(target.value)
      if (isWhole(target) && target.value !== value) tell(target.value)
    },
    onBlur({ target }: FocusEvent<HTMLInputElement>) {
      if (!isWhole(target)) setTyped(value)
    },
  }
}
