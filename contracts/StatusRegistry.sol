// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";
import {ITrustRegistry} from "./interfaces/ITrustRegistry.sol";
import {ListWord, ListWordLibrary} from "./types/ListWord.sol";
import {StatusOp} from "./types/StatusOp.sol";
import {STATUSES_PER_WORD, STATUS_INVALID, STATUS_SUSPENDED, StatusWord} from "./types/StatusWord.sol";

/// @title StatusRegistry
/// @notice Lists of two-bit statuses, written by the STATUS accounts of each list's custodian.
///
///   credential   VALID ◀──set──▶ SUSPENDED          list   (none) ──open: STATUS account──▶ open
///                  └──set──▶ INVALID ◀──set──┘               open ──setCustodian, setDailyLimit: COUNCIL──▶ open
///
/// INVALID is final: no function and no role can change it. The number of credentials of a list that become INVALID on
/// one UTC day is limited, so that a stolen account cannot revoke the cards of a whole nation. Suspensions can be
/// reversed and are not limited.
///
/// WARNING: An index alone identifies nobody, but the wallet and the issuer know whose it is. Never put a reason, a
/// name or a number into `cause` without a salt.
contract StatusRegistry is IStatusRegistry, AccessManaged {
    bytes32 private constant SET = keccak256("set");
    uint256 private constant OPS_MAX = 512;
    uint32 private constant CAPACITY_MAX = 1 << 24;

    struct List {
        ListWord word;
        bytes32 chain;
    }

    ITrustRegistry public immutable trust;

    // Slot 0 belongs to AccessManaged. Proofs read the slots below, so their order is part of the format.
    mapping(uint64 list => mapping(uint256 wordIndex => StatusWord)) private _words; // slot 1
    mapping(uint64 list => List) private _lists; // slot 2
    /// @inheritdoc IStatusRegistry
    mapping(uint32 org => uint32) public listCount; // slot 3

    constructor(address governance, ITrustRegistry registry) AccessManaged(governance) {
        trust = registry;
    }

    /// @inheritdoc IStatusRegistry
    function openList(uint32 capacity, uint32 dailyLimit) external returns (uint64 list) {
        if (capacity == 0 || capacity > CAPACITY_MAX || capacity % STATUSES_PER_WORD != 0)
            revert CapacityInvalid(capacity);
        uint32 org = trust.requireStatus(msg.sender);
        list = (uint64(org) << 32) | ++listCount[org];
        _lists[list] = List({
            word: ListWordLibrary.pack(org, capacity, dailyLimit),
            chain: keccak256(abi.encode("dojang/StatusRegistry/1", block.chainid, address(this), list))
        });
        emit ListOpened(list, org, capacity, dailyLimit);
    }

    /// @inheritdoc IStatusRegistry
    function set(uint64 list, bytes calldata ops, bytes32 cause) external {
        ListWord word = _known(list);
        uint32 org = trust.requireStatus(msg.sender);
        if (org != word.custodian()) revert NotCustodian(list, word.custodian(), org);

        uint256 revoked = _apply(list, word.capacity(), ops);
        List storage found = _lists[list];
        if (revoked != 0) found.word = _spend(list, word, revoked);
        bytes32 chain = keccak256(abi.encode(found.chain, SET, list, org, cause, keccak256(ops), block.timestamp));
        found.chain = chain;
        emit StatusesSet(list, org, cause, ops, chain);
    }

    /// @inheritdoc IStatusRegistry
    function setDailyLimit(uint64 list, uint32 dailyLimit) external restricted {
        ListWord word = _known(list);
        _lists[list].word = word.withLimit(dailyLimit);
        emit DailyLimitChanged(list, word.limit(), dailyLimit);
    }

    /// @inheritdoc IStatusRegistry
    function setCustodian(uint64 list, uint32 org) external restricted {
        ListWord word = _known(list);
        if (org == 0 || org > trust.organisationCount()) revert CustodianUnknown(org);
        _lists[list].word = word.withCustodian(org);
        emit CustodianChanged(list, word.custodian(), org);
    }

    /// @inheritdoc IStatusRegistry
    function lists(
        uint64 list
    )
        external
        view
        returns (uint32 org, uint32 custodian, uint32 capacity, uint32 limit, uint32 day, uint32 used, bytes32 chain)
    {
        ListWord word = _lists[list].word;
        chain = _lists[list].chain;
        (org, custodian, capacity) = (word.org(), word.custodian(), word.capacity());
        (limit, day, used) = (word.limit(), word.day(), word.used());
    }

    /// @inheritdoc IStatusRegistry
    function words(uint64 list, uint256 wordIndex) external view returns (uint256) {
        return StatusWord.unwrap(_words[list][wordIndex]);
    }

    /// @inheritdoc IStatusRegistry
    function wordsOf(uint64 list, uint256 from, uint256 count) external view returns (bytes memory) {
        uint256 end = _known(list).capacity() / STATUSES_PER_WORD;
        if (from > end || count > end - from) revert WordsOutOfRange(list, from, count);
        uint256[] memory out = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) out[i] = StatusWord.unwrap(_words[list][from + i]);
        return abi.encodePacked(out);
    }

    /// @inheritdoc IStatusRegistry
    function statusOf(uint64 list, uint256 index) external view returns (uint8) {
        uint32 capacity = _known(list).capacity();
        if (index >= capacity) revert IndexOutOfRange(list, index, capacity);
        return _words[list][index / STATUSES_PER_WORD].get(index);
    }

    /// @dev Checks and applies every op, word by word. Ops ascend, so each word is read and written once.
    /// @return revoked the number of credentials that became INVALID
    function _apply(uint64 list, uint32 capacity, bytes calldata ops) private returns (uint256 revoked) {
        if (ops.length == 0 || ops.length % 4 != 0 || ops.length > 4 * OPS_MAX) revert OpsLengthInvalid(ops.length);
        StatusWord before = StatusWord.wrap(0);
        StatusWord next = before;
        uint256 current = 0;
        uint256 lowest = 0; // the smallest index that may come next
        for (uint256 i = 0; i < ops.length; i += 4) {
            StatusOp op = StatusOp.wrap(uint32(bytes4(ops[i:i + 4])));
            uint256 index = op.index();
            if (index < lowest) revert OpsNotAscending(i / 4, index);
            if (index >= capacity) revert IndexOutOfRange(list, index, capacity);
            lowest = index + 1;

            uint256 number = index / STATUSES_PER_WORD;
            if (i == 0 || number != current) {
                if (i != 0) _store(list, current, before, next);
                current = number;
                before = next = _words[list][number];
            }
            uint8 to = _checked(list, op, next.get(index));
            if (to == STATUS_INVALID) ++revoked;
            next = next.withStatus(index, to);
        }
        _store(list, current, before, next);
    }

    /// @dev The only function that writes a word. It ensures that INVALID is final.
    function _store(uint64 list, uint256 number, StatusWord before, StatusWord next) private {
        uint256 lanes = before.revived(next);
        if (lanes != 0) revert RevokedIsFinal(list, number, lanes);
        _words[list][number] = next;
    }

    function _known(uint64 list) private view returns (ListWord word) {
        word = _lists[list].word;
        if (word.org() == 0) revert ListUnknown(list);
    }

    function _spend(uint64 list, ListWord word, uint256 more) private view returns (ListWord) {
        uint32 today = uint32(block.timestamp / 1 days);
        uint32 used = word.usedOn(today);
        if (used + more > word.limit()) revert DailyLimitExceeded(list, word.limit(), used, more);
        return word.withUsed(today, uint32(used + more));
    }

    /// @return to the new status of `op`
    function _checked(uint64 list, StatusOp op, uint8 actual) private pure returns (uint8 to) {
        uint8 from = op.from();
        to = op.to();
        if (from == to || from > STATUS_SUSPENDED || to > STATUS_SUSPENDED) revert OpInvalid(op.index(), from, to);
        if (from != actual) revert StatusDiffers(list, op.index(), actual, from);
    }
}
