/** A page that broke, with a way out. The rest of the app goes on. */
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useText } from '~/i18n'
import { useOnline } from '~/lib/online'
import { Button, buttonLook } from '~/ui/button'

/** A chunk that there is no network for, or of a version that is no longer served: a reload brings the current one. */
const isMissing = (error: unknown) =>
  /dynamically imported module|importing a module|preload/i.test(String(error))

/** Something went wrong on this page. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const t = useText()
  const router = useRouter()
  const online = useOnline()
  const why = !isMissing(error) ? 'crash.text' : online ? 'update.title' : 'app.offline'
  useEffect(() => reportError(error), [error])
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-start gap-4 px-5 py-16">
      <h1 className="font-semibold text-2xl">{t('crash.title')}</h1>
      <p className="text-muted">{t(why)}</p>
      <div className="flex flex-wrap gap-3">
        {isMissing(error) ? (
          <Button disabled={!online} onClick={() => location.reload()}>
            {t('action.reload')}
          </Button>
        ) : (
          <Button
            onClick={() => {
              reset()
              void router.invalidate()
            }}
          >
            {t('action.retry')}
          </Button>
        )}
        <Link to="/" className={buttonLook({ look: 'quiet' })}>
          {t('action.home')}
        </Link>
      </div>
    </div>
  )
}
