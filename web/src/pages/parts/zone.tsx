import { useMemo } from 'react'
import { useText } from '~/i18n'
import { Select } from '~/ui/field'
import { zoneName } from './zones'

/** A time zone, among those the browser knows. */
export function ZoneSelect({
  value,
  onChange,
  error,
}: {
  value: string
  onChange: (zone: string) => void
  error?: string | undefined
}) {
  const t = useText()
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf('timeZone')
    return known.includes(value) ? known : [value, ...known]
  }, [value])
  return (
    <Select
      label={t('account.zone')}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    >
      {zones.map((zone) => (
        <option key={zone} value={zone}>
          {zoneName(zone)}
        </option>
      ))}
    </Select>
  )
}
