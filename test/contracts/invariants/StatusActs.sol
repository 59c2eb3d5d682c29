// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Announcements} from "./Announcements.sol";
import {Rule} from "./Ghosts.sol";

/// @dev All calls of StatusRegistry. The packing of ops and words is written here again, by the rules of Token Status
/// List.
abstract contract StatusActs is Announcements {
    uint256 private constant LANES = type(uint256).max / 3;

    function openList(uint256 seed, uint256 later, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        uint32 limit = uint32(most % 12);
        address by = _by(seed, seed % 2 == 0 ? STATUS_A : BOTH_B);
        uint32 capacity =
            seed % 8 == 1
                ? uint32(seed >> 64)
                : seed % 8 < 5
                    ? 256
                    : 128;
        // The contract must refuse it.
        if (capacity > 256 || _listIds.length == LISTS) capacity = 2 ** 24 + 1 + (capacity % 1000);
        (bool done, ) = _call(by, address(registry), abi.encodeCall(registry.openList, (capacity, limit)));
        if (!done) return;
        uint32 org = _ableFor(by, 2);
        _require(org != 0, Rule.WHO_MAY, "openList");
        _require(capacity == 128 || capacity == 256, Rule.WORDS, "a list of an impossible size was opened");
        _open(org, capacity, limit);
    }

    function set(uint256 seed, uint256 later, uint256 n, uint256 changes, bytes32 cause) external {
        seed = _mix(seed);
        _later(later);
        (uint64 id, List storage found) = _pick(n);
        // Mostly the custodian. One time in four the organisation that opened the list.
        address usual = ((seed >> 40) % 4 == 0 ? found.org : found.custodian) == 2 ? BOTH_B : STATUS_A;
        address by = _by(seed, usual);
        bytes memory ops = _ops(found, changes, seed >> 16);
        (bool done, ) = _call(by, address(registry), abi.encodeCall(registry.set, (id, ops, cause)));
        if (!done) return;

        uint32 org = _ableFor(by, 2);
        _require(org != 0, Rule.WHO_MAY, "set");
        _require(org == found.custodian, Rule.WORDS, "another organisation's words were written");
        uint32 revoked = _apply(found, ops);
        if (revoked != 0) _spend(found, revoked);
        found.chain = keccak256(
            abi.encode(found.chain, keccak256("set"), id, org, cause, keccak256(ops), block.timestamp)
        );
    }

    function setCustodian(uint256 seed, uint256 later, uint256 n, uint256 o) external {
        seed = _mix(seed);
        _later(later);
        uint32 org = uint32(o % (_organisationCount + 2));
        _council(seed, address(registry), abi.encodeCall(registry.setCustodian, (_anyList(n), org)));
    }

    function setDailyLimit(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        _council(seed, address(registry), _limiting(n, most));
    }

    /// @dev The effect of an act of COUNCIL.
    function _followRegistry(bytes4 selector, bytes memory args) internal override {
        (uint64 id, uint32 value) = abi.decode(args, (uint64, uint32));
        if (selector == registry.setDailyLimit.selector) {
            _lists[id].limit = value;
            return;
        }
        _require(value != 0 && value <= _organisationCount, Rule.WORDS, "nobody is custodian");
        _lists[id].custodian = value;
    }

    function _limiting(uint256 n, uint256 most) internal view returns (bytes memory) {
        return abi.encodeCall(registry.setDailyLimit, (_anyList(n), uint32(most % 12)));
    }

    function _anyList(uint256 n) private view returns (uint64 id) {
        (id, ) = _pick(n);
    }

    function _open(uint32 org, uint32 capacity, uint32 limit) internal {
        uint64 id = (uint64(org) << 32) | ++_listCounts[org];
        _listIds.push(id);
        List storage opened = _lists[id];
        (opened.org, opened.custodian, opened.capacity, opened.limit) = (org, org, capacity, limit);
        opened.chain = keccak256(abi.encode("dojang/StatusRegistry/1", block.chainid, address(registry), id));
    }

    /// @dev Mostly an existing list.
    function _pick(uint256 n) internal view returns (uint64 id, List storage found) {
        n = _mix(n);
        id = n % 16 == 0 || _listIds.length == 0 ? uint64(n) : _listIds[(n >> 8) % _listIds.length];
        found = _lists[id];
    }

    /// @dev 1 to 5 ops. Mostly correct; sometimes in the wrong order, just beyond the end, from another status than the
    /// present one, with a flipped bit, or with an additional byte.
    function _ops(List storage found, uint256 changes, uint256 faults) private view returns (bytes memory ops) {
        changes = _mix(changes);
        uint256 count = 1 + (changes % 5);
        // Near the beginning or the end of the first word, so that revoked indexes are used again.
        uint256 index = ((changes >> 8) % 8) + ((changes >> 11) % 4 == 0 ? 120 : 0);
        for (uint256 i = 0; i < count; ++i) {
            uint256 part = changes >> (16 + 24 * i);
            if (faults % 16 == 1 && i == count - 1) index = found.capacity;
            uint256 present = index < INDEXES ? _status(found, index) : 0;
            uint256 to = (part >> 8) % 3;
            if (to == present) to = (to + 1) % 3;
            // Neither the present status nor the new one.
            uint256 from = faults % 16 == 2 && i == 0 ? 3 - present - to : present;
            uint256 op = (index << 8) | (from << 4) | to;
            if (faults % 16 == 3 && i == count - 1) op ^= 1 << ((faults >> 8) % 14); // of index, from or to
            bytes4 packed = bytes4(uint32(op));
            ops = faults % 16 == 4 ? abi.encodePacked(packed, ops) : abi.encodePacked(ops, packed);
            index += 1 + (part % (part & 0x100000 == 0 ? 3 : 50));
        }
        if (faults % 16 == 5) ops = abi.encodePacked(ops, uint8(0));
    }

    function _status(List storage found, uint256 index) private view returns (uint256) {
        return (found.words[index / 128] >> _offset(index)) & 3;
    }

    /// @dev Status i is at the bits from 2(i mod 4) of byte i / 4. The first byte of a word is its highest.
    function _offset(uint256 index) private pure returns (uint256) {
        return 8 * (31 - (index % 128) / 4) + 2 * (index % 4);
    }

    /// @dev Applies the accepted ops to the model, and checks that each was allowed.
    function _apply(List storage found, bytes memory ops) private returns (uint32 revoked) {
        uint256 least;
        _require(ops.length % 4 == 0, Rule.WORDS, "a part of an op was accepted");
        for (uint256 i = 0; i + 4 <= ops.length; i += 4) {
            uint256 op;
            for (uint256 b = 0; b < 4; ++b) op = (op << 8) | uint8(ops[i + b]);
            (uint256 index, uint256 from, uint256 to) = (op >> 8, (op >> 4) & 15, op & 15);
            _require(index >= least, Rule.WORDS, "ops out of order were accepted");
            _require(index < found.capacity, Rule.WORDS, "an index beyond the list was accepted");
            if (index >= INDEXES) return revoked;
            uint256 present = _status(found, index);
            _require(from == present && from != to && to < 3, Rule.WORDS, "an op that does not fit was accepted");
            least = index + 1;
            uint256 w = index / 128;
            found.words[w] = (found.words[w] & ~(uint256(3) << _offset(index))) | ((to & 3) << _offset(index));
            if (to == 1) {
                ++revoked;
                found.revoked[w] |= uint256(1) << _offset(index);
            }
        }
    }

    function _spend(List storage found, uint32 revoked) private {
        uint32 today = uint32(block.timestamp / 86_400);
        uint32 used = (found.day == today ? found.used : 0) + revoked;
        _require(used <= found.limit, Rule.DAILY_LIMIT, "more were revoked than a day allows");
        (found.day, found.used) = (today, used);
    }
}
