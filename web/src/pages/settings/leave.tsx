/** Signing out, and asking first where something is not sent yet. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { signOut } from '~/api/session'
import { forgetAll } from '~/data/forget'
import { useText } from '~/i18n'
import { useEntries } from '~/outbox'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { unsay } from '~/ui/toast'

export function SignOut() {
  const t = useText()
  const navigate = useNavigate()
  const unsaved = useEntries().some((entry) => entry.state !== 'done')
  const [asking, setAsking] = useState(false)
  const leave = () => {
    signOut()
    // Nothing of them stays in sight, however long the server takes to hear of it.
    void forgetAll()
    unsay()
    opened.set(undefined)
    void navigate({ to: '/sign-in' })
  }
  return (
    <div className="mt-2 flex justify-center">
      <Button look="ghost" onClick={() => (unsaved ? setAsking(true) : leave())}>
        {t('leaving.signOut')}
      </Button>
      {asking && (
        <Dialog title={t('unsaved.signOutTitle')} onClose={() => setAsking(false)}>
          <p className="mb-6 text-muted">{t('unsaved.signOutText')}</p>
          <div className="flex justify-end gap-2">
            <Button look="ghost" onClick={() => setAsking(false)}>
              {t('action.cancel')}
            </Button>
            <Button onClick={leave}>{t('unsaved.signOutAnyway')}</Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}
