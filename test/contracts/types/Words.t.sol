// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord, AccountWordLibrary} from "../../../contracts/types/AccountWord.sol";
import {HeadWord} from "../../../contracts/types/HeadWord.sol";
import {KeyWord, KeyWordLibrary, NEVER} from "../../../contracts/types/KeyWord.sol";
import {ListWord, ListWordLibrary} from "../../../contracts/types/ListWord.sol";
import {OrganisationWord, OrganisationWordLibrary} from "../../../contracts/types/OrganisationWord.sol";
import {ReceiptWord, ReceiptWordLibrary} from "../../../contracts/types/ReceiptWord.sol";
import {StatusOp} from "../../../contracts/types/StatusOp.sol";
import {StatusWord} from "../../../contracts/types/StatusWord.sol";
import {Term, TermLibrary} from "../../../contracts/types/Term.sol";

/// @notice For every packed word: unpacking returns the packed values, a change affects only its own field, and the
/// layout is the one in the comment of its type.
contract WordsTest {
    function testFuzz_Term_roundTrip(uint40 from, uint40 until, uint256 time) external pure {
        Term term = TermLibrary.pack(from, until);
        assert(term.from() == from && term.until() == until);
        assert(Term.unwrap(term) == uint256(from) + uint256(until) * 2 ** 40);
        assert(term.contains(time) == (from <= time && time < until));
    }

    function testFuzz_OrganisationWord_roundTrip(address admin, uint40 from, uint40 until) external pure {
        OrganisationWord word = OrganisationWordLibrary.pack(admin, TermLibrary.pack(from, until));
        assert(word.admin() == admin && word.term().from() == from && word.term().until() == until);
        uint256 expected = uint256(uint160(admin)) + uint256(from) * 2 ** 160 + uint256(until) * 2 ** 200;
        assert(OrganisationWord.unwrap(word) == expected);
    }

    function testFuzz_KeyWord_roundTrip(uint32 org, uint40 from, uint40 until, uint8 uses) external pure {
        KeyWord key = KeyWordLibrary.pack(org, from, until, uses);
        _checkKey(key, org, from, until, NEVER, uses);
        uint256 expected = uint256(org) + uint256(from) * 2 ** 32 + uint256(until) * 2 ** 72;
        assert(KeyWord.unwrap(key) == expected + uint256(NEVER) * 2 ** 112 + uint256(uses) * 2 ** 152);
    }

    function testFuzz_KeyWord_change(
        uint32 org,
        uint40 from,
        uint40 until,
        uint8 uses,
        uint40 a,
        uint40 b
    ) external pure {
        KeyWord key = KeyWordLibrary.pack(org, from, until, uses);
        _checkKey(key.withUntil(a), org, from, a, NEVER, uses);
        _checkKey(key.withDistrustedFrom(b), org, from, until, b, uses);
        _checkKey(key.withDistrustedFrom(b).withUntil(a), org, from, a, b, uses);
    }

    function testFuzz_AccountWord_roundTrip(uint32 org, uint8 capabilities) external pure {
        AccountWord word = AccountWordLibrary.pack(org, capabilities);
        assert(word.org() == org && word.capabilities() == capabilities);
        assert(AccountWord.unwrap(word) == uint256(org) + uint256(capabilities) * 2 ** 32);
    }

    function testFuzz_ReceiptWord_roundTrip(uint40 time, uint64 batch, uint32 count) external pure {
        ReceiptWord word = ReceiptWordLibrary.pack(time, batch, count);
        _checkReceipt(word, time, batch, count, false);
        _checkReceipt(word.withDisowned(), time, batch, count, true);
        _checkReceipt(word.withDisowned().withDisowned(), time, batch, count, true);
        assert(ReceiptWord.unwrap(word) == uint256(time) + uint256(batch) * 2 ** 40 + uint256(count) * 2 ** 104);
        assert(ReceiptWord.unwrap(word.withDisowned()) == ReceiptWord.unwrap(word) + 2 ** 136);
    }

    function testFuzz_HeadWord_next(uint32 first, uint32 second) external pure {
        HeadWord head = HeadWord.wrap(0).next(first).next(second);
        assert(head.batches() == 2 && head.credentials() == uint64(first) + second);
        assert(HeadWord.unwrap(head) == 2 + (uint256(first) + second) * 2 ** 64);
    }

    function testFuzz_ListWord_roundTrip(uint32 org, uint32 capacity, uint32 limit) external pure {
        ListWord word = ListWordLibrary.pack(org, capacity, limit);
        _checkList(word, org, org, capacity, limit, 0, 0);
        uint256 expected = uint256(org) + uint256(org) * 2 ** 32 + uint256(capacity) * 2 ** 64;
        assert(ListWord.unwrap(word) == expected + uint256(limit) * 2 ** 96);
    }

    function testFuzz_ListWord_change(
        uint32 org,
        uint32 keeper,
        uint32 capacity,
        uint32 limit,
        uint32 day,
        uint32 used
    ) external pure {
        ListWord word = ListWordLibrary.pack(org, capacity, 5);
        word = word.withCustodian(keeper).withLimit(limit).withUsed(day, used);
        _checkList(word, org, keeper, capacity, limit, day, used);
        assert(word.usedOn(day) == used && word.usedOn(day ^ 1) == 0);
        word = word.withUsed(0, 0).withCustodian(org).withLimit(5);
        assert(ListWord.unwrap(word) == ListWord.unwrap(ListWordLibrary.pack(org, capacity, 5)));
    }

    function testFuzz_StatusWord_change(uint256 bits, uint8 index, uint8 status, uint8 other) external pure {
        StatusWord word = StatusWord.wrap(bits);
        index %= 128;
        other %= 128;
        status %= 4;
        StatusWord next = word.withStatus(index, status);
        assert(next.get(index) == status);
        assert(index == other || next.get(other) == word.get(other));
        // Byte order of a Token Status List: byte index / 4 from the left, low bits first.
        uint8 octet = uint8(bytes32(StatusWord.unwrap(next))[index / 4]);
        assert((octet >> (2 * (index % 4))) & 3 == status);
        assert(next.get(uint256(index) + 128) == status);
    }

    function testFuzz_StatusWord_revived(uint256 bits, uint256 changed) external pure {
        StatusWord word = StatusWord.wrap(bits);
        StatusWord next = StatusWord.wrap(changed);
        uint256 lanes = word.revived(next);
        for (uint256 i = 0; i < 128; ++i) {
            bool lost = word.get(i) == 1 && next.get(i) != 1;
            assert((StatusWord.wrap(lanes).get(i) == 1) == lost);
        }
        assert(lanes & ~uint256(type(uint256).max / 3) == 0);
        assert(word.revived(word) == 0);
    }

    function testFuzz_StatusOp_fields(uint32 word) external pure {
        StatusOp op = StatusOp.wrap(word);
        assert(op.index() * 256 + uint256(op.from()) * 16 + op.to() == word);
        assert(op.index() < 2 ** 24 && op.from() < 16 && op.to() < 16);
    }

    function _checkKey(KeyWord key, uint32 org, uint40 from, uint40 until, uint40 distrusted, uint8 uses) private pure {
        assert(key.org() == org && key.from() == from && key.until() == until);
        assert(key.distrustedFrom() == distrusted && key.uses() == uses);
    }

    function _checkReceipt(ReceiptWord word, uint40 time, uint64 batch, uint32 count, bool disowned) private pure {
        assert(word.time() == time && word.batch() == batch && word.count() == count && word.disowned() == disowned);
        assert(word.exists() == (time != 0 || batch != 0 || count != 0 || disowned));
    }

    function _checkList(
        ListWord word,
        uint32 org,
        uint32 custodian,
        uint32 capacity,
        uint32 limit,
        uint32 day,
        uint32 used
    ) private pure {
        assert(word.org() == org && word.custodian() == custodian && word.capacity() == capacity);
        assert(word.limit() == limit && word.day() == day && word.used() == used);
    }
}
