/** What is not saved yet: what was refused, with what can be done about it, and what is on its way. */
import { type ReactNode, useRef, useState } from 'react'
import { explain } from '~/api/problem'
import { useText } from '~/i18n'
import { useOnline } from '~/lib/online'
import { useStore } from '~/lib/store'
import { drop, type Entry, putBack, send, sending, stuck, useEntries } from '~/outbox'
import { nameOf } from '~/outbox/act'
import { heldBy } from '~/outbox/flush'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { Refused } from './refused'
import { There } from './there'

/** The list. What is dropped leaves its place to the way back, for as long as the list is open. */
export function OutboxList() {
  const t = useText()
  const entries = useEntries()
  const list = useRef<HTMLDivElement>(null)
  const [dropped, setDropped] = useState<Entry[][]>([])
  const refused = entries.filter((entry) => entry.state === 'refused')
  const underway = entries.filter((entry) => entry.state === 'waiting' && !heldBy(entry, entries))
  /** The focus goes on to what is next to do, once what had it is gone. */
  const moveOn = () =>
    requestAnimationFrame(() => {
      const next = list.current?.querySelector<HTMLElement>('li button')
      ;(next ?? list.current)?.focus({ preventScroll: !next })
    })
  const away = async (entry: Entry) => {
    const gone = await drop(entry)
    setDropped((before) => [...before, gone])
  }
  const back = (gone: Entry[]) => {
    putBack(gone)
    setDropped((before) => before.filter((one) => one !== gone))
    moveOn()
  }
  return (
    <div ref={list} tabIndex={-1} className="flex flex-col gap-6">
      <Network waits={underway} />
      {refused.length + dropped.length > 0 && (
        <Part title={t('unsaved.refused')}>
          {refused.map((entry) => (
            <Refused key={entry.key} entry={entry} onDrop={() => void away(entry)} onMended={moveOn} />
          ))}
          {dropped.map((gone) => (
            <Dropped key={gone[0]?.key} gone={gone} onBack={() => back(gone)} />
          ))}
        </Part>
      )}
      {underway.length > 0 && (
        <Part title={t('unsaved.underway')}>
          {underway.map((entry) => (
            <Underway key={entry.key} entry={entry} onDrop={() => void away(entry)} />
          ))}
        </Part>
      )}
      {refused.length + underway.length === 0 && (
        <div className="flex flex-col items-center px-4 pt-2 pb-4 text-center">
          <span className="flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-text">
            <Icon name="check" className="size-6" />
          </span>
          <p className="mt-3 font-semibold">{t('unsaved.empty')}</p>
          <p className="mt-1 max-w-64 text-muted text-sm">{t('unsaved.emptyText')}</p>
        </div>
      )}
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 font-semibold text-muted text-sm">{title}</h3>
      <ul className="flex flex-col gap-3">{children}</ul>
    </section>
  )
}

/** That there is no way to the server, or that it failed, and that nobody has to do anything about it. */
function Network({ waits }: { waits: Entry[] }) {
  const t = useText()
  const online = useOnline()
  const isStuck = useStore(stuck)
  const isSending = useStore(sending) !== undefined
  if (online && !isStuck) return null
  const isFault = waits.some(({ problem }) => problem)
  return (
    <div className="flex items-center gap-3 rounded-2xl bg-sunken py-2.5 pr-2.5 pl-4 text-sm">
      <Icon name={online && isFault ? 'alert' : 'offline'} className="size-5 shrink-0 text-muted" />
      <p role="status" className="min-w-0 grow py-1">
        {t(!online ? 'unsaved.offline' : isFault ? 'unsaved.failed' : 'unsaved.stuck')}
      </p>
      {waits.length > 0 && online && (
        <Button look="outline" size="small" aria-disabled={isSending} onClick={() => void send()}>
          {t('unsaved.now')}
        </Button>
      )}
    </div>
  )
}

/** On its way: not sent yet, being sent, or sent without an answer. Where the server failed at it, there is a way out. */
function Underway({ entry, onDrop }: { entry: Entry; onDrop: () => void }) {
  const t = useText()
  const online = useOnline()
  const isSending = useStore(sending) === entry.key
  const { problem } = entry
  const state = isSending ? 'sending' : online && entry.attempts > 0 ? 'unknown' : 'waiting'
  return (
    <li className="flex items-start gap-3 px-1">
      <Icon name={isSending ? 'cloud' : 'clock'} className="mt-0.5 size-5 shrink-0 text-muted" />
      <div className="min-w-0">
        <p className="break-words font-medium">{nameOf(entry.command)}</p>
        <There entry={entry} />
        <p className="text-muted text-sm">
          {problem && !isSending ? explain(problem) : t(`unsaved.${state}`)}
        </p>
        {problem && (
          <Button look="quiet" size="small" className="mt-2" aria-disabled={isSending} onClick={onDrop}>
            {t('unsaved.drop')}
          </Button>
        )}
      </div>
    </li>
  )
}

/** The way back, which has the focus next. */
function Dropped({ gone, onBack }: { gone: Entry[]; onBack: () => void }) {
  const t = useText()
  const [first, ...others] = gone
  if (!first) return null
  return (
    <li className="flex items-center gap-3 rounded-2xl bg-sunken py-2 pr-2 pl-4">
      <p role="status" className="min-w-0 grow break-words text-muted text-sm">
        {t('unsaved.dropped', { what: nameOf(first.command) })}
        {others.length > 0 && ` ${t('unsaved.droppedWith', { count: others.length })}`}
      </p>
      <Button look="outline" size="small" autoFocus onClick={onBack}>
        {t('action.undo')}
      </Button>
    </li>
  )
}
