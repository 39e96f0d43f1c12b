/** Offers a newer version of the app beside whatever is being done. */
import { useText } from '~/i18n'
import { useStore } from '~/lib/store'
import { Button } from '~/ui/button'
import { useFocusBack } from '~/ui/focus'
import { newer, takeUpdate } from './update'

export default function UpdateBar() {
  const t = useText()
  const isNewer = useStore(newer) !== undefined
  const [focus, giveBack] = useFocusBack()
  if (!isNewer) return null
  const later = () => {
    newer.set(undefined)
    giveBack()
  }
  return (
    <div
      {...focus}
      className="rise pointer-events-auto flex w-full max-w-md flex-wrap items-center gap-x-3 gap-y-2 rounded-2xl border border-line bg-raised py-3 pr-3 pl-4 shadow-high"
    >
      <div className="min-w-0 grow basis-48">
        <p className="font-semibold">{t('update.title')}</p>
        <p className="text-muted text-sm">{t('updating.text')}</p>
      </div>
      <div className="ml-auto flex gap-1">
        <Button look="ghost" size="small" onClick={later}>
          {t('updating.later')}
        </Button>
        <Button size="small" onClick={takeUpdate}>
          {t('action.reload')}
        </Button>
      </div>
    </div>
  )
}
