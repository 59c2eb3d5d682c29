/** Possible faults of `contracts/`, each with the invariant that must detect it. Why: docs/decisions/016. */
export interface Mutant {
  readonly fault: string
  readonly file: string
  /** Must occur exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** `invariant_<name>` of test/contracts/invariants/Invariants.t.sol. */
  readonly breaks: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    fault: 'a revoked credential can be reinstated',
    file: 'StatusRegistry.sol',
    find: 'if (lanes != 0) revert RevokedIsFinal(list, number, lanes);',
    replace: 'lanes;',
    breaks: 'revokedIsFinal',
  },
  {
    fault: 'revocation is not final in the odd lanes',
    file: 'types/StatusWord.sol',
    find: '0x5555555555555555555555555555555555555555555555555555555555555555',
    replace: '0x1111111111111111111111111111111111111111111111111111111111111111',
    breaks: 'revokedIsFinal',
  },
  {
    fault: 'a root can be anchored twice',
    file: 'AnchorLog.sol',
    find: 'if (receipt.exists()) revert AlreadyAnchored(org, purpose, root, receipt.batch());',
    replace: '',
    breaks: 'receiptsNeverChange',
  },
  {
    fault: 'disowning deletes the time of the anchor',
    file: 'types/ReceiptWord.sol',
    find: 'ReceiptWord.wrap(ReceiptWord.unwrap(self) | DISOWNED)',
    replace: 'ReceiptWord.wrap(((ReceiptWord.unwrap(self) >> 40) << 40) | DISOWNED)',
    breaks: 'receiptsNeverChange',
  },
  {
    fault: 'disowning a batch twice reverses it',
    file: 'AnchorLog.sol',
    find: 'if (receipt.disowned()) revert AlreadyDisowned(org, purpose, root);',
    replace: 'if (receipt.disowned()) receipt = ReceiptWord.wrap(0);',
    breaks: 'receiptsNeverChange',
  },
  {
    fault: 'a head counts one leaf too many',
    file: 'types/HeadWord.sol',
    find: '(uint256(count) << 64) + 1',
    replace: '(uint256(count | 1) << 64) + 1',
    breaks: 'headsAreTheSumOfReceipts',
  },
  {
    fault: 'disowning counts as a batch',
    file: 'AnchorLog.sol',
    find: '_heads[org].chain = chain;\n        emit Disowned',
    replace: '_heads[org].chain = chain;\n        _heads[org].word = _heads[org].word.next(0);\n        emit Disowned',
    breaks: 'headsAreTheSumOfReceipts',
  },
  {
    fault: 'any organisation can write any list',
    file: 'StatusRegistry.sol',
    find: 'if (org != word.custodian()) revert NotCustodian(list, word.custodian(), org);',
    replace: '',
    breaks: 'wordsAreTheirCustodiansAlone',
  },
  {
    fault: 'the organisation that opened a list can always write it',
    file: 'StatusRegistry.sol',
    find: 'if (org != word.custodian()) revert',
    replace: 'if (org != word.org()) revert',
    breaks: 'wordsAreTheirCustodiansAlone',
  },
  {
    fault: 'ops need not ascend',
    file: 'StatusRegistry.sol',
    find: 'if (index < lowest) revert OpsNotAscending(i / 4, index);',
    replace: '',
    breaks: 'wordsAreTheirCustodiansAlone',
  },
  {
    fault: 'a list accepts one index too many',
    file: 'StatusRegistry.sol',
    find: 'if (index >= capacity) revert IndexOutOfRange(list, index, capacity);\n            lowest',
    replace: 'if (index > capacity) revert IndexOutOfRange(list, index, capacity);\n            lowest',
    breaks: 'wordsAreTheirCustodiansAlone',
  },
  {
    fault: 'an op need not contain the present status',
    file: 'StatusRegistry.sol',
    find: 'if (from != actual) revert StatusDiffers(list, op.index(), actual, from);',
    replace: 'actual; list;',
    breaks: 'wordsAreTheirCustodiansAlone',
  },
  {
    fault: 'the daily limit is not checked',
    file: 'StatusRegistry.sol',
    find: 'if (used + more > word.limit()) revert DailyLimitExceeded(list, word.limit(), used, more);',
    replace: '',
    breaks: 'dailyLimitIsNeverExceeded',
  },
  {
    fault: 'each call resets the count of the day',
    file: 'types/ListWord.sol',
    find: 'return self.day() == today ? self.used() : 0;',
    replace: 'return self.day() == today ? 0 : self.used();',
    breaks: 'dailyLimitIsNeverExceeded',
  },
  {
    fault: 'a term can start in the past',
    file: 'TrustRegistry.sol',
    find: 'else if (from < time) revert FromInPast(from, time);',
    replace: '',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'a future term interrupts the running one',
    file: 'TrustRegistry.sol',
    find: 'else if (current.contains(time)) revert TermRunning(current.from(), current.until());',
    replace: '',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'a renewed grant keeps the start of an ended one',
    file: 'TrustRegistry.sol',
    find: 'from = current.contains(time) ? current.from() : time;',
    replace: 'from = current.from() != 0 ? current.from() : time;',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'retiring a key can extend its term',
    file: 'TrustRegistry.sol',
    find: 'if (until >= current) revert RetireOnlyEarlier(keyId, current, until);',
    replace: '',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'a key can be retired in the past',
    file: 'TrustRegistry.sol',
    find: 'if (until < time) revert RetireInPast(until, time);',
    replace: '',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'the distrust of a key can be moved to a later time',
    file: 'TrustRegistry.sol',
    find: 'if (from >= current) revert DistrustOnlyEarlier(keyId, current, from);',
    replace: '',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'a key can be registered a second time',
    file: 'TrustRegistry.sol',
    find: 'if (owner != 0) revert KeyExists(keyId, owner);',
    replace: 'owner;',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: 'retiring a key removes its distrust',
    file: 'types/KeyWord.sol',
    find: 'return _replace(self, 72, end);',
    replace: 'return _replace(_replace(self, 72, end), 112, NEVER);',
    breaks: 'termsChangeOnlyAsAllowed',
  },
  {
    fault: "the running hash of a batch does not include the previous batch's",
    file: 'AnchorLog.sol',
    find: 'abi.encode(_chain(org), ANCHORED,',
    replace: 'abi.encode(bytes32(0), ANCHORED,',
    breaks: 'runningHashesEqualAReplay',
  },
  {
    fault: 'a change of statuses is not in the running hash',
    file: 'StatusRegistry.sol',
    find: 'found.chain = chain;',
    replace: '',
    breaks: 'runningHashesEqualAReplay',
  },
  {
    fault: 'the running hash does not include the cause of a change',
    file: 'StatusRegistry.sol',
    find: 'SET, list, org, cause, keccak256(ops)',
    replace: 'SET, list, org, bytes32(0), keccak256(ops)',
    breaks: 'runningHashesEqualAReplay',
  },
  {
    fault: 'anybody accredits',
    file: 'TrustRegistry.sol',
    find: 'function grant(uint32 org, string calldata purpose, uint40 from, uint40 until) external restricted {',
    replace: 'function grant(uint32 org, string calldata purpose, uint40 from, uint40 until) external {',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'an administrator counts while its organisation is inactive',
    file: 'TrustRegistry.sol',
    find: 'return word.admin() == account && word.term().contains(block.timestamp);',
    replace: 'return word.admin() == account;',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'an account can move to another organisation',
    file: 'TrustRegistry.sol',
    find: 'if (word.org() != 0 && word.org() != org) revert AccountBelongsTo(account, word.org());',
    replace: '',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'anchoring needs no live grant',
    file: 'TrustRegistry.sol',
    find: 'if (!term.contains(block.timestamp)) revert GrantNotLive(org, purpose, term.from(), term.until());',
    replace: 'term;',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'any capability counts as every capability',
    file: 'TrustRegistry.sol',
    find: 'if (word.capabilities() & needed == 0)',
    replace: 'if (word.capabilities() == 0)',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'Governance allows every call',
    file: 'Governance.sol',
    find: 'return super.canCall(caller, target, selector);',
    replace: 'super.canCall(caller, target, selector); return (true, 0);',
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'a closed contract stays open',
    file: 'Governance.sol',
    find: 'contract Governance is AccessManager {',
    replace: `contract Governance is AccessManager {
    function isTargetClosed(address) public pure override returns (bool) { return false; }`,
    breaks: 'onlyWhoMayActs',
  },
  {
    fault: 'an operation can be executed before its delay is over',
    file: 'Governance.sol',
    find: 'return super.canCall(caller, target, selector);',
    replace: `(immediate, delay) = super.canCall(caller, target, selector);
        return (immediate || delay != 0, 0);`,
    breaks: 'delaysAreWaitedFor',
  },
  {
    fault: 'setAuthority of a registry can be announced, which the guardian cannot cancel',
    file: 'Governance.sol',
    find: 'if (selector == IAccessManaged.setAuthority.selector) return (false, 0);',
    replace: '',
    breaks: 'guardianStopsWhatIsAnnounced',
  },
  {
    fault: 'GUARDIAN cannot cancel what COUNCIL announces',
    file: 'Governance.sol',
    find: 'contract Governance is AccessManager {',
    replace: `contract Governance is AccessManager {
    function getRoleGuardian(uint64) public pure override returns (uint64) { return ADMIN_ROLE; }`,
    breaks: 'guardianStopsWhatIsAnnounced',
  },
  {
    fault: 'a guardian can prevent its own removal',
    file: 'Governance.sol',
    find: 'contract Governance is AccessManager {',
    replace: `contract Governance is AccessManager {
    function getRoleGuardian(uint64) public pure override returns (uint64) { return 2; }`,
    breaks: 'guardianStopsWhatIsAnnounced',
  },
]
