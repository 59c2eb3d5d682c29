/**
 * The one-way mode (docs/in-person-one-way.md): nobody asks first, so the holder chooses the purpose, sees what the code would
 * contain, and shows it. Whoever sees the code can read it.
 */
import { useState } from 'react'
import { allPresets } from '../../../../verifier/presets/all.ts'
import type { Preset } from '../../../../verifier/presets/preset.ts'
import { Actions, Button } from '../../../kit/button.tsx'
import { RadioGroup } from '../../../kit/choices.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { OneWayRequest, OneWayShow } from '../../core/wallet.ts'
import { show as texts } from '../../messages/show.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { cardsOf, firstChoice } from '../request/choice.ts'
import { Groups } from '../request/groups.tsx'
import { RunningCode } from './running-code.tsx'

const PRESETS = allPresets.filter(({ oneWay }) => oneWay)

export function MyCode() {
  const t = useTexts(texts)
  const language = useLanguage()
  const { wallet } = useWallet()
  const [preset, setPreset] = useState<Preset | undefined>(PRESETS[0])
  const [shown, setShown] = useState<OneWayShow | null>(null)
  const [request] = useLoad(async () => preset && wallet.openOneWay(preset), [wallet, preset])
  if (shown) return <RunningCode shown={shown} onAgain={() => setShown(null)} />
  return (
    <Page title={t.code}>
      <RadioGroup
        label={t.whatFor}
        options={PRESETS.map(({ id, name }) => ({ value: id, label: inLanguage(language, name) }))}
        value={preset?.id ?? null}
        onChange={id => setPreset(PRESETS.find(each => each.id === id))}
      />
      <Await of={request} failed={error => <Problem error={error} />}>
        {opened => opened && <Before key={opened.preset.id} request={opened} onShow={setShown} />}
      </Await>
    </Page>
  )
}

interface BeforeProps {
  readonly request: OneWayRequest
  readonly onShow: (shown: OneWayShow) => void
}

function Before({ request, onShow }: BeforeProps) {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const act = useAct()
  const [chosen, setChosen] = useState(() => firstChoice(request))
  if (!request.answerable) {
    return (
      <Notice kind="warning">
        <p>{t.lackCode}</p>
      </Notice>
    )
  }
  const begin = () =>
    act.run(async () => {
      const shown = await wallet.showOneWay(request, { cards: cardsOf(request, chosen) }, await wallet.touch())
      changed()
      onShow(shown)
    })
  return (
    <>
      <Notice kind="warning">
        <p>{t.codeWarning}</p>
      </Notice>
      <Groups request={request} chosen={chosen} onChoose={setChosen} />
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button size="large" isPending={act.isPending} onPress={begin}>
          {t.showCode}
        </Button>
      </Actions>
    </>
  )
}
