/** What lies below the first screen of the settings. */
import type { Me } from '~/api/types'
import { useText } from '~/i18n'
import { useStore } from '~/lib/store'
import { installOffer } from '~/shell/install'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { Panel } from '../parts/panel'
import { Calendar } from './calendar'
import { Data } from './data'
import { SignOut } from './leave'
import { Password } from './password'
import { Sessions } from './sessions'

export default function Below({ me }: { me: Me }) {
  const { calendar, upcoming } = me.workspace
  return (
    <>
      <Calendar key={JSON.stringify(upcoming?.calendar ?? calendar)} me={me} />
      <Sessions />
      <Password email={me.email ?? ''} />
      <Data />
      <App />
      <SignOut />
    </>
  )
}

function App() {
  const t = useText()
  const offer = useStore(installOffer)
  return (
    <Panel title={t('settings.about')}>
      <div className="flex flex-wrap items-center gap-2">
        {offer && (
          <Button look="quiet" size="small" onClick={() => void offer.prompt()}>
            <Icon name="download" className="size-4" />
            {t('settings.install')}
          </Button>
        )}
        <Button look="quiet" size="small" onClick={() => opened.set({ name: 'keys' })}>
          <Icon name="keyboard" className="size-4" />
          {t('settings.keyboardShow')}
        </Button>
        <a
          href="/docs"
          className="inline-flex min-h-9 items-center px-3 pointer-coarse:min-h-11 text-accent-text text-sm underline underline-offset-4"
        >
          {t('settings.api')}
        </a>
      </div>
      {offer && <p className="mt-3 text-muted text-sm">{t('settings.installHint')}</p>}
    </Panel>
  )
}
