// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VM} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev The rules whose violation is visible in a single act, one for each invariant.
enum Rule {
    WHO_MAY,
    RECEIPTS,
    WORDS,
    DAILY_LIMIT,
    TERMS,
    DELAYS,
    CANCELLING
}

/// @dev The model: the state that the registries should have. Each act that succeeds is checked against it and
/// applied to it, and the registries are compared with it after every call. It does not use the libraries of
/// `contracts/types/`.
abstract contract Ghosts is World {
    uint40 internal constant NEVER = type(uint40).max;
    /// @dev Small pools, so that different acts use the same values.
    uint32 internal constant ORGANISATIONS = 4;
    uint256 internal constant LISTS = 4;
    uint256 internal constant KEYS = 5;
    uint256 internal constant ROOTS = 10;
    uint256 internal constant INDEXES = 256;

    struct Span {
        uint40 from;
        uint40 until;
    }

    struct Organisation {
        address admin;
        Span term;
        bytes32 descriptionHash;
        bytes32 issuerHash;
    }

    struct Key {
        uint32 org;
        Span term;
        uint40 distrustedFrom;
        uint8 uses;
    }

    struct Account {
        uint32 org;
        uint8 capabilities;
    }

    struct Receipt {
        uint32 org;
        bytes32 purpose;
        bytes32 root;
        uint40 time;
        uint64 batch;
        uint32 count;
        bool disowned;
    }

    struct List {
        uint32 org;
        uint32 custodian;
        uint32 capacity;
        uint32 limit;
        uint32 day;
        uint32 used;
        bytes32 chain;
        uint256[2] words;
        /// @dev 01 in the two bits of each status that was ever INVALID
        uint256[2] revoked;
    }

    /// @dev For each rule, how it was broken first. Empty if it was not broken.
    mapping(Rule => string) internal _broken;
    /// @dev How often each act succeeded, by its selector in this contract.
    mapping(bytes4 => uint256) public succeeded;
    /// @dev The number of acts, and of the calls of contracts that they made.
    uint256 public acts;
    uint256 public calls;

    mapping(uint32 => Organisation) internal _organisations;
    mapping(uint32 => mapping(bytes32 => Span)) internal _grants;
    mapping(bytes32 => Key) internal _keys;
    mapping(address => Account) internal _accounts;
    Receipt[] internal _receipts;
    mapping(uint32 => bytes32) internal _heads;
    uint64[] internal _listIds;
    mapping(uint64 => List) internal _lists;
    mapping(uint32 => uint32) internal _listCounts;
    uint32 internal _organisationCount;
    /// @dev Whether ADMIN has made STRANGER a member of COUNCIL, and has closed AnchorLog to its roles.
    bool internal _strangerIsCouncil;
    bool internal _logIsClosed;

    function purpose(uint256 n) internal pure returns (bytes32) {
        return keccak256(bytes(purposeText(n)));
    }

    function purposeText(uint256 n) internal pure returns (string memory) {
        return n % 3 == 0 ? "report-loss" : PURPOSE;
    }

    function keyId(uint256 n) internal pure returns (bytes32) {
        return bytes32(n % (KEYS + 1)); // including zero, which is not a key
    }

    /// @dev The fuzzer prefers small and repeated numbers. Here each bit is 0 or 1 with the same probability.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev One time in four any account, otherwise the account that usually makes this call.
    function _by(uint256 seed, address usual) internal pure returns (address) {
        return seed % 4 == 0 ? actor(seed >> 8) : usual;
    }

    /// @dev For acts that must be rare because they stop many others: one time in `rarity` as above, otherwise an
    /// account that may not make this call.
    function _rarely(uint256 seed, uint256 rarity, address usual) internal pure returns (address by) {
        if (seed % rarity == 0) return _by(seed >> 8, usual);
        by = actor(seed >> 16);
        if (by == usual || by == GUARDIAN) by = ANCHOR_A;
    }

    /// @dev Begins an act. Time passes: mostly nothing or little, sometimes a day, so that terms end and new days
    /// begin.
    function _later(uint256 seed) internal {
        ++acts;
        seed = _mix(seed);
        uint256 kind = seed % 16;
        uint256 step =
            kind < 6
                ? 0
                : kind < 12
                    ? 1 + ((seed >> 8) % 60)
                    : kind < 15
                        ? (seed >> 8) % 6 hours
                        : 1 days;
        VM.warp(block.timestamp + step);
    }

    function _call(address by, address target, bytes memory data) internal returns (bool done, bytes memory answer) {
        (done, answer) = _reach(by, target, data);
        if (done) ++succeeded[msg.sig];
    }

    function _reach(address by, address target, bytes memory data) internal returns (bool done, bytes memory answer) {
        ++calls;
        VM.prank(by);
        (done, answer) = target.call(data);
    }

    function _require(bool holds, Rule rule, string memory what) internal {
        if (!holds && bytes(_broken[rule]).length == 0) _broken[rule] = what;
    }

    function _contains(Span memory term) internal view returns (bool) {
        return term.from <= block.timestamp && block.timestamp < term.until;
    }

    /// @dev Whether `by` is a member of COUNCIL without a delay.
    function _isCouncil(address by) internal view returns (bool) {
        return by == COUNCIL || (by == STRANGER && _strangerIsCouncil);
    }

    function _isAdmin(uint32 org, address by) internal view returns (bool) {
        Organisation memory found = _organisations[org];
        return found.admin == by && found.admin != address(0) && _contains(found.term);
    }

    /// @dev The organisation that `by` may act for with the capability, or zero.
    function _ableFor(address by, uint8 capability) internal view returns (uint32) {
        Account memory found = _accounts[by];
        if (found.capabilities & capability == 0) return 0;
        return _contains(_organisations[found.org].term) ? found.org : 0;
    }

    /// @dev A start: mostly "now", sometimes in the past or future.
    function _start(uint256 seed) internal view returns (uint40) {
        seed = _mix(seed);
        uint256 kind = seed % 8;
        if (kind < 5) return 0;
        return
            uint40(kind == 5 ? block.timestamp - 1 - ((seed >> 8) % 1 days) : block.timestamp + ((seed >> 8) % 1 days));
    }

    /// @dev An end: mostly far in the future, sometimes soon, now or in the past.
    function _end(uint256 seed) internal view returns (uint40) {
        seed = _mix(seed);
        uint256 kind = seed % 8;
        if (kind < 4) return NEVER;
        if (kind < 7) return uint40(block.timestamp + ((seed >> 8) % 10 days));
        return uint40(block.timestamp - ((seed >> 8) % 1 days));
    }
}
