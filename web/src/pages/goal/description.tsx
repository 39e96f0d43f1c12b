import { useId, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { Button } from '~/ui/button'

/** What a goal is about: its first lines, and all of it where that is wanted. */
export function Description({ text }: { text: string }) {
  const t = useText()
  const id = useId()
  const [isWhole, setWhole] = useState(false)
  const [isLong, setLong] = useState(false)
  const lines = useRef<HTMLParagraphElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has another length
  useLayoutEffect(() => {
    if (isWhole) return
    const measure = () => {
      const { scrollHeight = 0, clientHeight = 0 } = lines.current ?? {}
      setLong(scrollHeight > clientHeight)
    }
    measure()
    addEventListener('resize', measure)
    return () => removeEventListener('resize', measure)
  }, [text, isWhole])
  return (
    <div className="flex w-full max-w-prose flex-col items-start gap-2">
      <p
        ref={lines}
        id={id}
        dir="auto"
        className={cx(
          'wrap-anywhere w-full whitespace-pre-line text-muted',
          !isWhole && 'line-clamp-4 print:line-clamp-none',
        )}
      >
        {text}
      </p>
      {isLong && (
        <Button
          look="quiet"
          size="small"
          aria-expanded={isWhole}
          aria-controls={id}
          onClick={() => setWhole(!isWhole)}
        >
          {t(isWhole ? 'goal.showLess' : 'goal.showAll')}
        </Button>
      )}
    </div>
  )
}
