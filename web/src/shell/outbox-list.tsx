/** What is not saved yet: what waits, and what was refused, with the reason and what can be done about it. */
import { useState } from 'react'
import { explain } from '~/api/problem'
import { useText } from '~/i18n'
import { useStore } from '~/lib/store'
import { drop, type Entry, repair, send, stuck, useEntries } from '~/outbox'
import { nameOf } from '~/outbox/act'
import { heldBy } from '~/outbox/flush'
import LogForm from '~/pages/parts/log-form'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { opened } from './opened'

/** The list. */
export function OutboxList() {
  const t = useText()
  const entries = useEntries()
  const isStuck = useStore(stuck)
  const open = entries.filter((entry) => entry.state !== 'done')
  if (open.length === 0) return <p className="pb-2 text-muted">{t('outbox.empty')}</p>
  return (
    <div className="flex flex-col gap-4">
      {isStuck && (
        <div className="flex items-center justify-between gap-3 rounded-2xl bg-sunken px-4 py-3 text-sm">
          <p>{t('outbox.stuck')}</p>
          <Button look="outline" size="small" onClick={() => void send()}>
            {t('action.retry')}
          </Button>
        </div>
      )}
      <ul className="flex flex-col divide-y divide-line">
        {open.map((entry) => (
          <li key={entry.key} className="py-3">
            <Line entry={entry} held={heldBy(entry, entries) !== undefined} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Line({ entry, held }: { entry: Entry; held: boolean }) {
  const t = useText()
  const [repairing, setRepairing] = useState(false)
  const refused = entry.state === 'refused'
  const { command } = entry
  const isLog = command.kind === 'logDay' || command.kind === 'correctLog'
  const isGoal = command.kind === 'createGoal' || command.kind === 'reviseGoal'
  const begin = () => {
    if (isLog) return setRepairing(true)
    if (isGoal) return opened.set({ name: 'editGoal', id: command.id, repairs: entry })
    void repair(entry)
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start gap-3">
        <Icon
          name={refused ? 'alert' : 'clock'}
          className={refused ? 'mt-0.5 size-5 text-danger' : 'mt-0.5 size-5 text-muted'}
        />
        <div className="min-w-0 grow">
          <p className="break-words font-medium">{nameOf(command)}</p>
          <p className={refused ? 'text-danger text-sm' : 'text-muted text-sm'}>
            {entry.problem ? explain(entry.problem) : t(held ? 'outbox.held' : 'outbox.waiting')}
          </p>
        </div>
      </div>
      {repairing && isLog && (
        <LogForm
          initial={
            command.kind === 'logDay'
              ? { ...command.body, text: command.body.text ?? null }
              : ({ ...command.was, ...command.body } as never)
          }
          onCancel={() => setRepairing(false)}
          onSave={(fields) =>
            void repair(entry, { ...command, body: { ...command.body, ...fields } } as typeof command)
          }
        />
      )}
      {refused && !repairing && (
        <div className="flex gap-2 pl-8">
          <Button look="quiet" size="small" onClick={begin}>
            {t(isLog || isGoal ? 'action.repair' : 'action.retry')}
          </Button>
          <Button look="ghost" size="small" onClick={() => void drop(entry)}>
            {t('action.drop')}
          </Button>
        </div>
      )}
    </div>
  )
}
