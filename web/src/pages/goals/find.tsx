import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useText } from '~/i18n'
import { inputLook } from '~/ui/look'

/** Looks for goals by their titles. What is looked for stands in the address. */
export default function Find({ find }: { find: string }) {
  const t = useText()
  const navigate = useNavigate({ from: '/goals' })
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // While somebody types, the address follows the field, and may lag behind it.
    if (field.current && field.current !== document.activeElement) field.current.value = find
  }, [find])
  return (
    <input
      ref={field}
      type="search"
      aria-label={t('findGoal.label')}
      placeholder={t('findGoal.label')}
      defaultValue={find}
      onChange={({ target: { value } }) =>
        void navigate({
          search: (before) => ({ ...before, find: value || undefined }),
          replace: true,
          resetScroll: false,
        })
      }
      className={inputLook}
    />
  )
}
