// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Announcements} from "./Announcements.sol";
import {Rule} from "./Ghosts.sol";

/// @dev All calls of TrustRegistry, by any account, with correct and wrong arguments.
abstract contract TrustActs is Announcements {
    function registerOrganisation(uint256 seed, uint256 later, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        address admin = seed % 13 == 0 ? address(0) : actor(seed >> 16);
        (uint40 start, uint40 end) = (_start(from), _end(until));
        string memory name = seed % 11 == 0 ? "" : "Ministry";
        bytes memory data = abi.encodeCall(trust.registerOrganisation, (admin, start, end, name, "https://a", "{}"));
        if (_organisationCount < ORGANISATIONS) {
            _council(seed, address(trust), data);
            return;
        }
        // Enough organisations exist.
        (bool done, ) = _call(ADMIN_A, address(trust), data);
        _require(!done, Rule.WHO_MAY, "registerOrganisation");
    }

    function describeOrganisation(uint256 seed, uint256 later, uint256 o) external {
        seed = _mix(seed);
        _later(later);
        string memory name = seed % 2 == 0 ? "Ministry" : "Office";
        _council(seed >> 1, address(trust), abi.encodeCall(trust.describeOrganisation, (_some(o), name, "{}")));
    }

    function deactivateOrganisation(uint256 seed, uint256 later, uint256 o) external {
        seed = _mix(seed);
        _later(later);
        address by = _rarely(seed, 5, GUARDIAN);
        uint32 org = _some(o);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.deactivateOrganisation, (org)));
        if (!done) return;
        _require(by == GUARDIAN, Rule.WHO_MAY, "deactivateOrganisation");
        _organisations[org].term = _ended(_organisations[org].term);
    }

    function renewOrganisation(uint256 seed, uint256 later, uint256 o, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        bytes memory data = abi.encodeCall(trust.renewOrganisation, (_some(o), _start(from), _end(until)));
        _council(seed, address(trust), data);
    }

    function setAdmin(uint256 seed, uint256 later, uint256 o, uint256 admin) external {
        seed = _mix(seed);
        _later(later);
        uint32 org = _some(o);
        address next =
            admin % 4 == 0
                ? actor(admin >> 8)
                : org == 1
                    ? ADMIN_A
                    : ADMIN_B;
        _council(seed, address(trust), abi.encodeCall(trust.setAdmin, (org, next)));
    }

    function grant(uint256 seed, uint256 later, uint256 o, uint256 n, uint256 from, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        bytes memory data = abi.encodeCall(trust.grant, (_some(o), purposeText(n), _start(from), _end(until)));
        _council(seed, address(trust), data);
    }

    function withdraw(uint256 seed, uint256 later, uint256 o, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        address by = _rarely(seed, 4, GUARDIAN);
        uint32 org = _some(o);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.withdraw, (org, purpose(n))));
        if (!done) return;
        _require(by == GUARDIAN, Rule.WHO_MAY, "withdraw");
        _grants[org][purpose(n)] = _ended(_grants[org][purpose(n)]);
    }

    function registerKey(uint256 seed, uint256 later, uint256 o, uint256 n, uint256 until) external {
        seed = _mix(seed);
        _later(later);
        uint8 uses = uint8(seed >> 200) % 130;
        bytes memory data = abi.encodeCall(trust.registerKey, (_some(o), keyId(n), _end(until), uses));
        _council(seed, address(trust), data);
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
        address whose =
            n % 8 == 0
                ? actor(n >> 8)
                : n % 8 < 4
                    ? ANCHOR_A
                    : n % 8 < 6
                        ? STATUS_A
                        : BOTH_B;
        // Mostly the right organisation.
        uint32 org = _accounts[whose].org;
        if (org == 0) org = whose == BOTH_B ? 2 : 1;
        if (n % 8 == 0 || seed % 16 == 1) org = _some(o);
        uint8 capabilities = uint8(seed >> 200) % 5;
        _council(seed, address(trust), abi.encodeCall(trust.registerAccount, (org, whose, capabilities)));
    }

    function stopAccount(uint256 seed, uint256 later, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        address whose = actor(n);
        Account storage found = _accounts[whose];
        address by = _rarely(seed, 4, _organisations[found.org].admin);
        (bool done, ) = _call(by, address(trust), abi.encodeCall(trust.stopAccount, (whose)));
        if (!done) return;
        _require(by == GUARDIAN || _isAdmin(found.org, by), Rule.WHO_MAY, "stopAccount");
        found.capabilities = 0;
    }

    /// @dev The effect of an act of COUNCIL.
    function _followTrust(bytes4 selector, bytes memory args) internal override {
        if (selector == trust.registerOrganisation.selector) _registered(args);
        else if (selector == trust.describeOrganisation.selector) {
            (uint32 org, string memory name, ) = abi.decode(args, (uint32, string, string));
            _organisations[org].descriptionHash = _description(name);
        } else if (selector == trust.renewOrganisation.selector) {
            (uint32 org, uint40 from, uint40 until) = abi.decode(args, (uint32, uint40, uint40));
            _organisations[org].term = _renewed(_organisations[org].term, from, until);
        } else if (selector == trust.setAdmin.selector) {
            (uint32 org, address admin) = abi.decode(args, (uint32, address));
            _organisations[org].admin = admin;
        } else if (selector == trust.grant.selector) {
            (uint32 org, string memory text, uint40 from, uint40 until) = abi.decode(
                args,
                (uint32, string, uint40, uint40)
            );
            bytes32 id = keccak256(bytes(text));
            _grants[org][id] = _renewed(_grants[org][id], from, until);
        } else if (selector == trust.registerKey.selector) {
            (uint32 org, bytes32 id, uint40 until, uint8 uses) = abi.decode(args, (uint32, bytes32, uint40, uint8));
            _require(_keys[id].org == 0, Rule.TERMS, "a key was registered twice");
            _require(until > block.timestamp, Rule.TERMS, "a key was registered for an empty term");
            _keys[id] = Key(org, Span(uint40(block.timestamp), until), NEVER, uses);
        } else if (selector == trust.registerAccount.selector) {
            (uint32 org, address whose, uint8 capabilities) = abi.decode(args, (uint32, address, uint8));
            uint32 before = _accounts[whose].org;
            _require(before == 0 || before == org, Rule.WHO_MAY, "an account changed its organisation");
            _accounts[whose] = Account(org, capabilities);
        }
    }

    function _registered(bytes memory args) private {
        (address admin, uint40 from, uint40 until, string memory name, , ) = abi.decode(
            args,
            (address, uint40, uint40, string, string, string)
        );
        _organisations[++_organisationCount] = Organisation({
            admin: admin,
            term: _renewed(Span(0, 0), from, until),
            descriptionHash: _description(name),
            issuerHash: keccak256("https://a")
        });
    }

    /// @dev Mostly an existing organisation, sometimes 0 or the number after the last.
    function _some(uint256 seed) internal view returns (uint32) {
        if (seed % 8 < 2) return seed % 8 == 0 ? 0 : _organisationCount + 1;
        return uint32(1 + ((seed >> 3) % _organisationCount));
    }

    /// @dev The rule for the begin and the extension of every term.
    function _renewed(Span memory current, uint40 from, uint40 until) internal returns (Span memory) {
        bool running = current.from <= block.timestamp && block.timestamp < current.until;
        _require(from == 0 || !running, Rule.TERMS, "a running term was cut off by another");
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

    /// @dev The rule for the end of every term.
    function _ended(Span memory current) internal returns (Span memory) {
        _require(current.until > block.timestamp, Rule.TERMS, "a term that was over was ended");
        uint40 now_ = uint40(block.timestamp);
        return Span(current.from, current.from > now_ ? current.from : now_);
    }

    function _description(string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(name)), keccak256("{}")));
    }
}
