// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ITrustRegistry} from "./interfaces/ITrustRegistry.sol";
import {
    AccountWord,
    AccountWordLibrary,
    CAPABILITIES_ALL,
    CAPABILITY_ANCHOR,
    CAPABILITY_STATUS
} from "./types/AccountWord.sol";
import {KeyWord, KeyWordLibrary, USES_ALL} from "./types/KeyWord.sol";
import {OrganisationWord, OrganisationWordLibrary} from "./types/OrganisationWord.sol";
import {Term, TermLibrary} from "./types/Term.sol";

/// @title TrustRegistry
/// @notice The root of trust: the other contracts and all verifiers look up here who may do what.
///
///   organisation   (none) ──register: COUNCIL──▶ active ──deactivate: GUARDIAN, or its term ends──▶ inactive
///                                                  ▲                                                   │
///                                                  └──────────────renew: COUNCIL───────────────────────┘
///                  any ──describe, setAdmin: COUNCIL──▶ the same
///   grant          (none) ──grant: COUNCIL──▶ live ──withdraw: GUARDIAN, or its term ends──▶ over ──grant: COUNCIL──▶ live
///   key            (none) ──register: COUNCIL──▶ live ──retire: admin, GUARDIAN──▶ over
///                                                 └───distrust: admin, GUARDIAN──▶ distrusted, permanently
///   account        (none) ──register: COUNCIL──▶ able ──stop: admin, GUARDIAN──▶ stopped ──register: COUNCIL──▶ able
///
/// There is no personal data, and there are no strings in storage: names and URLs are in the events, and their hashes
/// here.
///
/// WARNING: A renewed term or grant replaces the previous one. Never use `isGranted` for the past: a receipt in
/// AnchorLog proves what was granted at its time.
///
/// WARNING: A grant counts only while its organisation is active. Deactivating an organisation stops everything it
/// does, including its status lists, until COUNCIL renews it or names another custodian.
contract TrustRegistry is ITrustRegistry, AccessManaged {
    struct Organisation {
        OrganisationWord word;
        bytes32 descriptionHash;
        bytes32 issuerHash;
    }

    // Slot 0 belongs to AccessManaged. Proofs read the slots below, so their order is part of the format.
    mapping(uint32 org => Organisation) private _organisations; // slot 1
    mapping(uint32 org => mapping(bytes32 purpose => Term)) private _grants; // slot 2
    mapping(bytes32 keyId => KeyWord) private _keys; // slot 3
    mapping(address account => AccountWord) private _accounts; // slot 4
    /// @inheritdoc ITrustRegistry
    uint32 public organisationCount; // slot 5

    /// @dev For functions that an organisation may use on its own behalf: allows its administrator while the
    /// organisation is active, and the function's role.
    modifier adminOrRestricted(uint32 org) {
        if (!isAdmin(org, msg.sender)) _checkCanCall(msg.sender, msg.data);
        _;
    }

    constructor(address governance) AccessManaged(governance) {}

    /// @inheritdoc ITrustRegistry
    function registerOrganisation(
        address admin,
        uint40 from,
        uint40 until,
        string calldata name,
        string calldata issuer,
        string calldata info
    ) external restricted returns (uint32 org) {
        if (admin == address(0)) revert AddressZero(organisationCount + 1, "admin");
        Term term = _started(Term.wrap(0), from, until);
        org = ++organisationCount;
        _organisations[org] = Organisation({
            word: OrganisationWordLibrary.pack(admin, term),
            descriptionHash: _describe(org, name, info),
            issuerHash: keccak256(bytes(issuer))
        });
        emit OrganisationRegistered(org, admin, term.from(), term.until(), name, issuer, info);
    }

    /// @inheritdoc ITrustRegistry
    function describeOrganisation(uint32 org, string calldata name, string calldata info) external restricted {
        _known(org);
        _organisations[org].descriptionHash = _describe(org, name, info);
        emit OrganisationDescribed(org, name, info);
    }

    /// @inheritdoc ITrustRegistry
    function deactivateOrganisation(uint32 org) external restricted {
        _setTerm(org, _ended(_known(org).term()));
    }

    /// @inheritdoc ITrustRegistry
    function renewOrganisation(uint32 org, uint40 from, uint40 until) external restricted {
        _setTerm(org, _started(_known(org).term(), from, until));
    }

    /// @inheritdoc ITrustRegistry
    function setAdmin(uint32 org, address admin) external restricted {
        if (admin == address(0)) revert AddressZero(org, "admin");
        OrganisationWord word = _known(org);
        _organisations[org].word = OrganisationWordLibrary.pack(admin, word.term());
        emit AdminChanged(org, word.admin(), admin);
    }

    /// @inheritdoc ITrustRegistry
    function grant(uint32 org, string calldata purpose, uint40 from, uint40 until) external restricted {
        _known(org);
        _checkPurpose(bytes(purpose));
        bytes32 id = keccak256(bytes(purpose));
        Term term = _started(_grants[org][id], from, until);
        _grants[org][id] = term;
        emit Granted(org, id, purpose, term.from(), term.until());
    }

    /// @inheritdoc ITrustRegistry
    function withdraw(uint32 org, bytes32 purpose) external restricted {
        Term term = _ended(_grants[org][purpose]);
        _grants[org][purpose] = term;
        emit Withdrawn(org, purpose, term.from(), term.until());
    }

    /// @inheritdoc ITrustRegistry
    function registerKey(uint32 org, bytes32 keyId, uint40 until, uint8 uses) external restricted {
        _known(org);
        if (keyId == 0) revert KeyIdZero(org);
        if (uses == 0 || uses > USES_ALL) revert KeyUsesInvalid(uses);
        uint32 owner = _keys[keyId].org();
        if (owner != 0) revert KeyExists(keyId, owner);
        uint40 from = _now();
        if (until <= from) revert TermEmpty(from, until);
        _keys[keyId] = KeyWordLibrary.pack(org, from, until, uses);
        emit KeyRegistered(keyId, org, from, until, uses);
    }

    /// @inheritdoc ITrustRegistry
    function retireKey(bytes32 keyId, uint40 until) external adminOrRestricted(_keys[keyId].org()) {
        KeyWord key = _knownKey(keyId);
        uint40 time = _now();
        if (until == 0) until = time;
        if (until < time) revert RetireInPast(until, time);
        uint40 current = key.until();
        if (until >= current) revert RetireOnlyEarlier(keyId, current, until);
        _keys[keyId] = key.withUntil(until);
        emit KeyRetired(keyId, key.org(), current, until);
    }

    /// @inheritdoc ITrustRegistry
    function distrustKey(bytes32 keyId, uint40 from) external adminOrRestricted(_keys[keyId].org()) {
        KeyWord key = _knownKey(keyId);
        uint40 time = _now();
        if (from > time) revert DistrustInFuture(from, time);
        uint40 current = key.distrustedFrom();
        if (from >= current) revert DistrustOnlyEarlier(keyId, current, from);
        _keys[keyId] = key.withDistrustedFrom(from);
        emit KeyDistrusted(keyId, key.org(), current, from);
    }

    /// @inheritdoc ITrustRegistry
    function registerAccount(uint32 org, address account, uint8 capabilities) external restricted {
        _known(org);
        if (account == address(0)) revert AddressZero(org, "account");
        if (capabilities == 0 || capabilities > CAPABILITIES_ALL) revert CapabilitiesInvalid(capabilities);
        AccountWord word = _accounts[account];
        // Otherwise the history of the old organisation would become the history of the new one.
        if (word.org() != 0 && word.org() != org) revert AccountBelongsTo(account, word.org());
        _accounts[account] = AccountWordLibrary.pack(org, capabilities);
        emit AccountChanged(account, org, word.capabilities(), capabilities);
    }

    /// @inheritdoc ITrustRegistry
    function stopAccount(address account) external adminOrRestricted(_accounts[account].org()) {
        AccountWord word = _accounts[account];
        if (word.org() == 0) revert AccountUnknown(account);
        if (word.capabilities() == 0) revert AccountStopped(account);
        _accounts[account] = AccountWordLibrary.pack(word.org(), 0);
        emit AccountChanged(account, word.org(), word.capabilities(), 0);
    }

    /// @inheritdoc ITrustRegistry
    function requireAnchor(address account, bytes32 purpose) external view returns (uint32 org) {
        org = _requireAble(account, CAPABILITY_ANCHOR);
        Term term = _grants[org][purpose];
        if (!term.contains(block.timestamp)) revert GrantNotLive(org, purpose, term.from(), term.until());
    }

    /// @inheritdoc ITrustRegistry
    function requireStatus(address account) external view returns (uint32 org) {
        return _requireAble(account, CAPABILITY_STATUS);
    }

    /// @inheritdoc ITrustRegistry
    function organisations(
        uint32 org
    ) external view returns (address admin, uint40 from, uint40 until, bytes32 descriptionHash, bytes32 issuerHash) {
        Organisation storage found = _organisations[org];
        Term term = found.word.term();
        return (found.word.admin(), term.from(), term.until(), found.descriptionHash, found.issuerHash);
    }

    /// @inheritdoc ITrustRegistry
    function grants(uint32 org, bytes32 purpose) external view returns (uint40 from, uint40 until) {
        Term term = _grants[org][purpose];
        return (term.from(), term.until());
    }

    /// @inheritdoc ITrustRegistry
    function keys(
        bytes32 keyId
    ) external view returns (uint32 org, uint40 from, uint40 until, uint40 distrustedFrom, uint8 uses) {
        KeyWord key = _keys[keyId];
        return (key.org(), key.from(), key.until(), key.distrustedFrom(), key.uses());
    }

    /// @inheritdoc ITrustRegistry
    function accounts(address account) external view returns (uint32 org, uint8 capabilities) {
        AccountWord word = _accounts[account];
        return (word.org(), word.capabilities());
    }

    /// @inheritdoc ITrustRegistry
    function isGranted(uint32 org, bytes32 purpose, uint40 time) external view returns (bool) {
        return _organisations[org].word.term().contains(time) && _grants[org][purpose].contains(time);
    }

    /// @inheritdoc ITrustRegistry
    function isAdmin(uint32 org, address account) public view returns (bool) {
        OrganisationWord word = _organisations[org].word;
        return word.admin() == account && word.term().contains(block.timestamp);
    }

    function _setTerm(uint32 org, Term term) private {
        OrganisationWord word = _organisations[org].word;
        Term previous = word.term();
        _organisations[org].word = OrganisationWordLibrary.pack(word.admin(), term);
        emit OrganisationTermChanged(org, previous.from(), previous.until(), term.from(), term.until());
    }

    function _requireAble(address account, uint8 needed) private view returns (uint32 org) {
        AccountWord word = _accounts[account];
        org = word.org();
        if (org == 0) revert AccountUnknown(account);
        if (word.capabilities() & needed == 0) revert AccountLacks(account, needed, word.capabilities());
        Term term = _organisations[org].word.term();
        if (!term.contains(block.timestamp)) revert OrganisationInactive(org, term.from(), term.until());
    }

    function _known(uint32 org) private view returns (OrganisationWord word) {
        word = _organisations[org].word;
        if (word.admin() == address(0)) revert OrganisationUnknown(org);
    }

    function _knownKey(bytes32 keyId) private view returns (KeyWord key) {
        key = _keys[keyId];
        if (key.org() == 0) revert KeyUnknown(keyId);
    }

    /// @dev The term that replaces `current`. A running term keeps its start and only gets another end, so that a
    /// renewal cannot interrupt it. Otherwise the new term begins now or later.
    function _started(Term current, uint40 from, uint40 until) private view returns (Term) {
        uint40 time = _now();
        if (from == 0) from = current.contains(time) ? current.from() : time;
        else if (from < time) revert FromInPast(from, time);
        else if (current.contains(time)) revert TermRunning(current.from(), current.until());
        if (until <= from || until <= time) revert TermEmpty(from, until);
        return TermLibrary.pack(from, until);
    }

    /// @dev `current` with its end at this block; empty if it had not begun.
    function _ended(Term current) private view returns (Term) {
        uint40 time = _now();
        (uint40 from, uint40 until) = (current.from(), current.until());
        if (until <= time || until <= from) revert TermOver(from, until);
        return TermLibrary.pack(from, from > time ? from : time);
    }

    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    function _describe(uint32 org, string calldata name, string calldata info) private pure returns (bytes32) {
        if (bytes(name).length == 0) revert NameEmpty(org);
        return keccak256(abi.encode(keccak256(bytes(name)), keccak256(bytes(info))));
    }

    /// @dev Only visible ASCII characters, so that two different purposes never look the same.
    function _checkPurpose(bytes calldata text) private pure {
        uint256 length = text.length;
        if (length == 0 || length > 256) revert PurposeInvalid(length);
        for (uint256 i = 0; i < length; ++i) {
            if (text[i] < 0x21 || text[i] > 0x7e) revert PurposeInvalid(i);
        }
    }
}
