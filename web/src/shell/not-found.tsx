import { Link } from '@tanstack/react-router'
import { useText } from '~/i18n'
import { buttonLook } from '~/ui/button'

/** There is no such page. */
export default function NotFound() {
  const t = useText()
  return (
    <div className="mx-auto flex max-w-lg flex-col items-start gap-4 px-5 py-16">
      <h1 className="font-semibold text-2xl">{t('nowhere.title')}</h1>
      <p className="text-muted">{t('nowhere.text')}</p>
      <Link to="/" className={buttonLook()}>
        {t('action.home')}
      </Link>
    </div>
  )
}
