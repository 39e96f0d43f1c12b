import { useText } from '~/i18n'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'

/** The way to pause all that is kept at, as for a holiday. */
export default function PauseAll() {
  const t = useText()
  return (
    <div className="mt-6 flex justify-center">
      <Button look="ghost" onClick={() => opened.set({ name: 'pauseAll' })}>
        <Icon name="pause" className="-ml-1 size-5" />
        {t('pauseAll.ask')}
      </Button>
    </div>
  )
}
