/** The dialogs that can open above any page. Loaded with the first of them. */
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useText } from '~/i18n'
import { useEntries } from '~/outbox'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { GoalDialog } from './goal-dialog'
import { type Opened as Open, opened } from './opened'
import { OutboxList } from './outbox-list'
import { PauseAll } from './pause-all'
import { PlanDialog } from './plan-dialog'
import { WorkspaceList } from './workspace-list'

const close = () => opened.set(undefined)

/** The open dialog. It belongs to the page it was opened on, and goes with that, unless something was typed in it. */
export default function Dialogs({ open }: { open: Open }) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [opener] = useState(path)
  const [isTyped, setTyped] = useState(false)
  useEffect(() => {
    if (path !== opener && !isTyped) close()
  }, [path, opener, isTyped])
  return (
    <div className="contents" onInput={() => setTyped(true)}>
      <Opened open={open} />
    </div>
  )
}

function Opened({ open }: { open: Open }) {
  const t = useText()
  switch (open.name) {
    case 'newGoal':
      return <GoalDialog title={open.title} onClose={close} />
    case 'editGoal':
      return <GoalDialog id={open.id} onClose={close} />
    case 'schedule':
    case 'target':
    case 'pause':
      return <PlanDialog name={open.name} id={open.id} onClose={close} />
    case 'pauseAll':
      return <PauseAll onClose={close} />
    case 'outbox':
      return (
        <Dialog title={t('unsaved.title')} onClose={close}>
          <OutboxList />
        </Dialog>
      )
    case 'workspaces':
      return (
        <Dialog title={t('sharing.switch')} onClose={close}>
          <WorkspaceList onClose={close} />
        </Dialog>
      )
    case 'left':
      return (
        <Dialog title={t('sharing.leftTitle')} onClose={close}>
          <Left id={open.id} name={open.called ?? t('sharing.shared')} />
        </Dialog>
      )
    case 'keys':
      return (
        <Dialog title={t('keys.title')} onClose={close}>
          <Keys />
        </Dialog>
      )
  }
}

/** They were removed from a workspace, and what they did there may not have arrived. */
function Left({ id, name }: { id: string; name: string }) {
  const t = useText()
  const isUnsent = useEntries().some((entry) => entry.workspace === id && entry.state !== 'done')
  return (
    <>
      <p className="text-muted">
        {t('sharing.leftText', { name })}
        {isUnsent && ` ${t('sharing.leftUnsent')}`}
      </p>
      <Button className="mt-6 w-full" onClick={close}>
        {t('action.close')}
      </Button>
    </>
  )
}

function Keys() {
  const t = useText()
  const go = (page: string) => t('keys.goTo', { page })
  const keys: [string[], string][] = [
    [['g', 't'], go(t('nav.today'))],
    [['g', 'g'], go(t('nav.goals'))],
    [['g', 'w'], go(t('nav.weeks'))],
    [['g', 'h'], go(t('nav.history'))],
    [['g', 's'], go(t('nav.settings'))],
    [['n'], t('keys.newGoal')],
    [['l'], t('keys.log')],
    [['j', 'k'], t('keys.next')],
    [['Ctrl+Z'], t('keys.undo')],
    [['Ctrl+Shift+Z'], t('keys.redo')],
    [['?'], t('keys.help')],
  ]
  return (
    <dl className="flex flex-col">
      {keys.map(([pressed, what]) => (
        <div
          key={what}
          className="flex items-center justify-between gap-4 border-line border-b py-2.5 last:border-0"
        >
          <dt className="text-[0.9375rem]">{what}</dt>
          <dd className="flex gap-1.5">
            {pressed.map((key) => (
              <kbd
                key={key}
                className="min-w-7 rounded-lg bg-sunken px-2 py-1 text-center font-sans font-semibold text-sm"
              >
                {key}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
