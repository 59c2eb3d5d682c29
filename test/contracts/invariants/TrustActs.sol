// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ghosts, Rule} from "./Ghosts.sol";

/// @dev Every act on TrustRegistry, by anybody, with arguments good and bad.
abstract contract TrustActs is Ghosts {
    function registerOrganisation(uint256 seed, uint256 later, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        if (_organisationCount == ORGANISATIONS) return;
        address by = _by(seed, COUNCIL);
        address admin = seed >> 20 == 0 ? address(0) : actor(seed >> 16);
        (uint40 start, uint40 end) = (_start(from), _end(until));
        string memory name = seed % 11 == 0 ? "" : "Ministry";
        bytes memory data = abi.encodeCall(trust.registerOrganisation, (admin, start, end, name, "https://a", "{}"));
        (bool done, ) = _call(by, address(trust), data);
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "registerOrganisation");
        uint32 org = ++_organisationCount;
        _organisations[org] = Organisation({
            admin: admin,
            term: _renewed(Span(0, 0), start, end),
            descriptionHash: _description(name),
            issuerHash: keccak256("https://a")
        });
    }

    function describeOrganisation(uint256 seed, uint256 later, uint256 o) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        uint32 org = _some(o);
        string memory name = seed % 2 == 0 ? "Ministry" : "Office";
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.describeOrganisation, (org, name, "{}")));
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "describeOrganisation");
        _organisations[org].descriptionHash = _description(name);
    }

    function deactivateOrganisation(uint256 seed, uint256 later, uint256 o) external {
        seed = _mix(seed);
        _later(later);
        // Rare, or little would be left to happen.
        if (seed % 5 != 0) return;
        address by = _by(seed >> 8, GUARDIAN);
        uint32 org = _some(o);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.deactivateOrganisation, (org)));
        if (!done) return;
        _require(by == GUARDIAN, Rule.WHO_MAY, "deactivateOrganisation");
        _organisations[org].term = _ended(_organisations[org].term);
    }

    function renewOrganisation(uint256 seed, uint256 later, uint256 o, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        uint32 org = _some(o);
        (uint40 start, uint40 end) = (_start(from), _end(until));
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.renewOrganisation, (org, start, end)));
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "renewOrganisation");
        _organisations[org].term = _renewed(_organisations[org].term, start, end);
    }

    function setAdmin(uint256 seed, uint256 later, uint256 o, uint256 admin) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        uint32 org = _some(o);
        address next =
            admin % 4 == 0
                ? actor(admin >> 8)
                : org == 1
                    ? ADMIN_A
                    : ADMIN_B;
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.setAdmin, (org, next)));
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "setAdmin");
        _organisations[org].admin = next;
    }

    function grant(uint256 seed, uint256 later, uint256 o, uint256 n, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        uint32 org = _some(o);
        (uint40 start, uint40 end) = (_start(from), _end(until));
        bytes memory data = abi.encodeCall(trust.grant, (org, purposeText(n), start, end));
        (bool done, ) = _call(by, address(trust), data);
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "grant");
        _grants[org][purpose(n)] = _renewed(_grants[org][purpose(n)], start, end);
    }

    function withdraw(uint256 seed, uint256 later, uint256 o, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        if (seed % 4 != 0) return;
        address by = _by(seed >> 8, GUARDIAN);
        uint32 org = _some(o);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.withdraw, (org, purpose(n))));
        if (!done) return;
        _require(by == GUARDIAN, Rule.WHO_MAY, "withdraw");
        _grants[org][purpose(n)] = _ended(_grants[org][purpose(n)]);
    }

    function registerKey(uint256 seed, uint256 later, uint256 o, uint256 n, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        uint32 org = _some(o);
        uint40 end = _end(until);
        uint8 uses = uint8(seed >> 200) % 130;
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.registerKey, (org, keyId(n), end, uses)));
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "registerKey");
        _require(_keys[keyId(n)].org == 0, Rule.TERMS, "a key was registered twice");
        _require(end > block.timestamp, Rule.TERMS, "a key was registered for an empty term");
        _keys[keyId(n)] = Key(org, Span(uint40(block.timestamp), end), NEVER, uses);
    }

    function retireKey(uint256 seed, uint256 later, uint256 n, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        Key storage found = _keys[keyId(n)];
        address by = _by(seed, _organisations[found.org].admin);
        uint40 end = until % 3 == 0 ? 0 : _end(until);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.retireKey, (keyId(n), end)));
        if (!done) return;
        _require(by == GUARDIAN || _isAdmin(found.org, by), Rule.WHO_MAY, "retireKey");
        if (end == 0) end = uint40(block.timestamp);
        _require(end < found.term.until, Rule.TERMS, "a key's term did not get shorter");
        _require(end >= block.timestamp, Rule.TERMS, "a key was retired in the past");
        found.term.until = end;
    }

    function distrustKey(uint256 seed, uint256 later, uint256 n, uint256 from) external {
        seed = _mix(seed);
        _later(later);
        Key storage found = _keys[keyId(n)];
        address by = _by(seed, _organisations[found.org].admin);
        uint40 moment = uint40(
            from % 5 == 0 ? block.timestamp + ((from >> 8) % 2) : block.timestamp - ((from >> 8) % 1 days)
        );
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.distrustKey, (keyId(n), moment)));
        if (!done) return;
        _require(by == GUARDIAN || _isAdmin(found.org, by), Rule.WHO_MAY, "distrustKey");
        _require(moment <= block.timestamp, Rule.TERMS, "a key is distrusted from a moment to come");
        _require(moment < found.distrustedFrom, Rule.TERMS, "a key's distrust did not move earlier");
        found.distrustedFrom = moment;
    }

    function registerAccount(uint256 seed, uint256 later, uint256 o, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, COUNCIL);
        address whose =
            n % 8 == 0
                ? actor(n >> 8)
                : n % 8 < 4
                    ? ANCHOR_A
                    : n % 8 < 6
                        ? STATUS_A
                        : BOTH_B;
        // Mostly where it belongs.
        uint32 org = _accounts[whose].org;
        if (org == 0) org = whose == BOTH_B ? 2 : 1;
        if (n % 8 == 0 || seed % 16 == 1) org = _some(o);
        uint8 capabilities = uint8(seed >> 200) % 5;
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.registerAccount, (org, whose, capabilities)));
        if (!done) return;
        _require(by == COUNCIL, Rule.WHO_MAY, "registerAccount");
        uint32 before = _accounts[whose].org;
        _require(before == 0 || before == org, Rule.WHO_MAY, "an account changed its organisation");
        _accounts[whose] = Account(org, capabilities);
    }

    function stopAccount(uint256 seed, uint256 later, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        if (seed % 4 != 0) return;
        address whose = actor(n);
        Account storage found = _accounts[whose];
        address by = _by(seed >> 8, _organisations[found.org].admin);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.stopAccount, (whose)));
        if (!done) return;
        _require(by == GUARDIAN || _isAdmin(found.org, by), Rule.WHO_MAY, "stopAccount");
        found.capabilities = 0;
    }

    /// @dev Mostly one that exists, sometimes 0 or one beyond the last.
    function _some(uint256 seed) internal view returns (uint32) {
        if (seed % 8 < 2) return seed % 8 == 0 ? 0 : _organisationCount + 1;
        return uint32(1 + ((seed >> 3) % _organisationCount));
    }

    /// @dev The one rule by which a term begins or goes on.
    function _renewed(Span memory current, uint40 from, uint40 until) internal returns (Span memory) {
        bool running = current.from <= block.timestamp && block.timestamp < current.until;
        uint40 start =
            from != 0
                ? from
                : running
                    ? current.from
                    : uint40(block.timestamp);
        _require(start >= block.timestamp || (running && start == current.from), Rule.TERMS, "a start in the past");
        _require(until > start && until > block.timestamp, Rule.TERMS, "an empty term");
        return Span(start, until);
    }

    /// @dev The one rule by which a term is ended.
    function _ended(Span memory current) internal returns (Span memory) {
        _require(current.until > block.timestamp, Rule.TERMS, "a term that was over was ended");
        uint40 now_ = uint40(block.timestamp);
        return Span(current.from, current.from > now_ ? current.from : now_);
    }

    function _description(string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(name)), keccak256("{}")));
    }
}
