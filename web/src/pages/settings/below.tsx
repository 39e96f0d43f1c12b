/** What lies below the first screen of the settings. */
import { useId, useState } from 'react'
import type { Me } from '~/api/types'
import { useRole } from '~/data/use'
import { useText } from '~/i18n'
import { singleKeys } from '~/lib/keys'
import { remember } from '~/lib/remember'
import { useStore } from '~/lib/store'
import { installOffer } from '~/shell/install'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { Panel } from '../parts/panel'
import { Address } from './address'
import { Calendar } from './calendar'
import { Data } from './data'
import { SignOut } from './leave'
import { Password } from './password'
import { Place } from './place'
import { Sessions } from './sessions'

export default function Below({ me }: { me: Me }) {
  const isOwner = useRole() === 'owner'
  return (
    <>
      <Place me={me} />
      {isOwner && <Calendar me={me} />}
      <Sessions />
      <Address email={me.email ?? ''} />
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
    <Panel title={t('about.title')}>
      <div className="flex flex-wrap items-center gap-2">
        {offer && (
          <Button look="quiet" size="small" onClick={() => void offer.prompt()}>
            <Icon name="download" className="size-4" />
            {t('about.install')}
          </Button>
        )}
        <Button look="quiet" size="small" onClick={() => opened.set({ name: 'keys' })}>
          <Icon name="keyboard" className="size-4" />
          {t('about.keyboardShow')}
        </Button>
        <a
          href="/docs"
          className="inline-flex min-h-9 items-center px-3 pointer-coarse:min-h-11 text-accent-text text-sm underline underline-offset-4"
        >
          {t('about.api')}
        </a>
      </div>
      <SingleKeys />
      {offer && <p className="mt-3 text-muted text-sm">{t('about.installHint')}</p>}
    </Panel>
  )
}

/** Holds for this browser: it is about the keyboard here. */
function SingleKeys() {
  const t = useText()
  const id = useId()
  const [on, setOn] = useState(singleKeys)
  return (
    <div className="mt-3">
      <label className="flex min-h-11 w-fit items-center gap-3 text-[0.9375rem]">
        <input
          type="checkbox"
          aria-describedby={id}
          checked={on}
          onChange={({ target: { checked } }) => {
            remember('keys', checked ? undefined : false)
            setOn(checked)
          }}
          className="size-5 accent-accent"
        />
        {t('about.singleKeys')}
      </label>
      <p id={id} className="text-muted text-sm">
        {t('about.singleKeysHint')}
      </p>
    </div>
  )
}
