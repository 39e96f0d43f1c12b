import { type ComponentProps, type MouseEvent, useEffect, useRef } from 'react'
import { useText } from '~/i18n'
import { Button } from './button'

interface Paged {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => Promise<unknown>
}

/**
 * Below a list that is read page by page, in the same element: reads the next. The focus stays on it meanwhile, and goes
 * on to the first line of the last page, with which there is nothing more to press.
 */
export function LoadMore({
  query: { hasNextPage, isFetchingNextPage, fetchNextPage },
  ...button
}: { query: Paged } & ComponentProps<typeof Button>) {
  const t = useText()
  /** Where the list is, and how long it was when more was asked for. */
  const asked = useRef<{ list: ParentNode | null; length: number }>(undefined)
  useEffect(() => {
    const { list, length = 0 } = asked.current ?? {}
    if (hasNextPage || !list) return
    asked.current = undefined
    const first = list.querySelectorAll('li')[length]
    if (!first) return
    first.tabIndex = -1
    ;(first.querySelector<HTMLElement>('a, button') ?? first).focus()
  }, [hasNextPage])
  if (!hasNextPage) return null
  const load = ({ currentTarget: { parentElement: list } }: MouseEvent<HTMLElement>) => {
    asked.current = { list, length: list?.querySelectorAll('li').length ?? 0 }
    void fetchNextPage()
  }
  return (
    <Button look="quiet" {...button} aria-disabled={isFetchingNextPage} onClick={load}>
      {t('action.more')}
    </Button>
  )
}
