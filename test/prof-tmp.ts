import { readFileSync } from 'node:fs'
import { parseSecurityObject } from '/tmp/w-doc/node/chip/document/security-object.ts'
import { parseCountrySigner } from '/tmp/w-doc/node/chip/document/trust.ts'
import { verifyChip } from '/tmp/w-doc/node/chip/document/verify.ts'
const fx = JSON.parse(readFileSync('/tmp/w-doc/test/fixtures/chip/documents.json','utf8'))
const b = (t: string) => new Uint8Array(Buffer.from(t,'base64'))
const codes = new Map<string, number>()
for (const f of fx.filter((x: any)=>['p256-sha256','rsa-pss-sha256'].includes(x.name))) {
  const sod = b(f.security_object)
  const so = parseSecurityObject(sod)
  const buf = Buffer.from(sod)
  const ranges = [so.signer.toBeSigned, so.content, so.signedAttributes.subarray(1)].map(x => { const i = buf.indexOf(Buffer.from(x)); return [i+4, i + x.length] })
  const anchors=[{countrySigner: parseCountrySigner(b(f.country_signer)), from:f.at, until:f.at+1}]
  const reading={securityObject:sod,dataGroups:new Map(Object.entries(f.data_groups).map(([g,x])=>[Number(g),b(x as string)])),activeAuthentication:b(f.active_authentication)}
  const check={challenge:b(f.challenge),anchors,at:f.at}
  const isRsa = f.name.startsWith('rsa')
  let n = 0
  for (let i=0;i<sod.length;i++) {
    if (ranges.some(([s,e])=>i>=s!&&i<e!)) continue
    for (let v=0;v<256;v++) { if (v===sod[i]) continue
      if (isRsa && i > 60 && v % 37 && ![0,1,2,3,4,5,6,0x30,0x31,0x24,0x80,0x81,0xa0,0xa1].includes(v)) continue
      n++
      try { verifyChip({...reading, securityObject: sod.with(i,v)}, check); console.log('ACCEPTED', f.name, i, sod[i], v) }
      catch(e:any) { const c = e.name==='ChipError'? e.code : 'OTHER '+e.stack; codes.set(c,(codes.get(c)??0)+1) }
    }
  }
  console.log(f.name, sod.length, JSON.stringify(ranges), n)
}
console.log(codes)
