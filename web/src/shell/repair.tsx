/** What was typed and refused, as the form it was typed in, to be given again. */
import { useLog } from '~/data/log'
import { drop, type Entry, repair } from '~/outbox'
import { type Command, wasOf } from '~/outbox/commands'
import LogForm from '~/pages/parts/log-form'
import { Skeleton } from '~/ui/state'
import { EditGoal, NewGoal } from './goal-dialog'

interface RepairProps<C extends Command> {
  entry: Entry
  command: C
  /** The command was given again. */
  onMended: () => void
  onCancel: () => void
}

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>

/** The form. */
export function Repair({ entry, ...rest }: Omit<RepairProps<Command>, 'command'>) {
  const { command } = entry
  switch (command.kind) {
    case 'logDay':
      return <LogAgain {...{ entry, command, ...rest }} />
    case 'correctLog':
      return <CorrectAgain {...{ entry, command, ...rest }} />
    case 'createGoal':
      return <NewGoal repairs={entry} onClose={rest.onCancel} onSaved={rest.onMended} />
    case 'reviseGoal':
      return <EditGoal id={command.id} repairs={entry} onClose={rest.onCancel} onSaved={rest.onMended} />
    default:
      return null
  }
}

function LogAgain({ entry, command, onMended, onCancel }: RepairProps<Of<'logDay'>>) {
  const { body } = command
  return (
    <LogForm
      initial={{ ...body, text: body.text ?? null }}
      onCancel={onCancel}
      onSave={(changed) => {
        repair(entry, { ...command, body: { ...body, ...changed } })
        onMended()
      }}
    />
  )
}

/** A correction is one of what the log says now, which is told where it is not what was typed. */
function CorrectAgain({ entry, command, onMended, onCancel }: RepairProps<Of<'correctLog'>>) {
  const { log, isPending } = useLog(command.id)
  if (isPending) return <Skeleton className="h-44" />
  // Without network, what it said when it was corrected is the best there is.
  const was = log ? wasOf(log) : command.was
  const now = { day: was.day, minutes: was.minutes, text: was.text ?? null }
  const { day, minutes, text = now.text } = command.body
  return (
    <LogForm
      initial={now}
      typed={{ day: day ?? now.day, minutes: minutes ?? now.minutes, text }}
      onCancel={onCancel}
      onSave={(body) => {
        if (Object.keys(body).length > 0) repair(entry, { ...command, body, was })
        else void drop(entry)
        onMended()
      }}
    />
  )
}
