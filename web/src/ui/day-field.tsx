import { type ChangeEvent, type ComponentProps, type FormEvent, useState } from 'react'
import { useText } from '~/i18n'
import { DAYS } from '~/lib/day-range'
import { TextField } from './field'

const isOutside = (day: string) => day !== '' && !(day.length === 10 && day >= DAYS.least && day <= DAYS.most)

type DayFieldProps = Omit<ComponentProps<typeof TextField>, 'type' | 'onChange' | 'onInvalid'> & {
  onChange: (event: ChangeEvent<HTMLInputElement>) => void
}

/**
 * A day. When its form asks whether what it holds is valid, it says so where that is no day that can be: also where half of
 * one was typed, which browsers give out as none.
 */
export function DayField({ min = DAYS.least, max = DAYS.most, error, onChange, ...field }: DayFieldProps) {
  const t = useText()
  const [isWrong, setWrong] = useState(false)
  const look = ({ currentTarget: { value, validity } }: FormEvent<HTMLInputElement>) =>
    setWrong(validity.badInput || isOutside(value))
  return (
    <TextField
      {...field}
      type="date"
      min={min}
      max={max}
      error={isWrong ? t('field.no-day') : error}
      onInvalid={look}
      onChange={(event) => {
        setWrong(false)
        onChange(event)
      }}
    />
  )
}
