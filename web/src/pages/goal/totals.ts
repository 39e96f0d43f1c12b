import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DailyTotal } from '~/api/types'
import { progressQuery } from '~/data/queries'
import { usePast, useTotals } from '~/data/use'

/** A goal's daily totals, by day. Those of the past stand in its progress, which tells no number of logs. */
export function useGoalTotals(range: { goal: string; from: string; to: string }) {
  const past = usePast()
  const now = useTotals(range, !past)
  const { data, error, refetch } = useQuery({ ...progressQuery(range.goal, past), enabled: Boolean(past) })
  const then = useMemo(() => {
    const days = data?.data.history.filter(({ day }) => day >= range.from && day <= range.to)
    return (
      days && new Map<string, DailyTotal>(days.map(({ day, minutes }) => [day, { day, minutes, logs: 0 }]))
    )
  }, [data, range])
  return past ? { totals: then, error, refetch } : now
}
