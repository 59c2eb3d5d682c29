// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ROLE_ADMIN, ROLE_COUNCIL, ROLE_GUARDIAN} from "../../../contracts/types/Roles.sol";
import {Ghosts, Rule} from "./Ghosts.sol";
import {StatusActs} from "./StatusActs.sol";

/// @dev Acts through Governance: announced, waited for, carried out, cancelled; and attempts of everybody to take power.
abstract contract GovernanceActs is StatusActs {
    /// @dev A member with a delay may also call by itself what it has announced.
    function setDailyLimit(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        uint32 limit = uint32(most % 12);
        address by = _by(seed, COUNCIL);
        (uint64 id, ) = _pick(n);
        bytes memory data = abi.encodeCall(registry.setDailyLimit, (id, limit));
        (bool done, ) = _call(by, address(registry), data);
        if (!done) return;
        _require(by == COUNCIL || by == SLOW_COUNCIL, Rule.WHO_MAY, "setDailyLimit");
        if (by == SLOW_COUNCIL) _carriedOut(data);
        _limited(id, limit);
    }

    function schedule(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        uint32 limit = uint32(most % 12);
        address by = _by(seed, SLOW_COUNCIL);
        (uint64 id, ) = _pick(n);
        bytes memory data = abi.encodeCall(registry.setDailyLimit, (id, limit));
        bytes memory call = abi.encodeCall(governance.schedule, (address(registry), data, 0));
        (bool done, ) = _call(by, address(governance), call);
        if (!done) return;
        _require(by == SLOW_COUNCIL, Rule.WHO_MAY, "schedule");
        uint256 place = _placeOf(data);
        Operation memory announced = Operation(by, address(registry), data, block.timestamp + DELAY);
        if (place == _pending.length) _pending.push(announced);
        else _pending[place] = announced; // the one before had expired
    }

    function execute(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        uint32 limit = uint32(most % 12);
        address by = _by(seed, SLOW_COUNCIL);
        bytes memory data;
        if (_pending.length != 0 && n % 4 != 0) data = _recent(n).data;
        else data = abi.encodeCall(registry.setDailyLimit, (_anyList(n), limit));
        (bool done, ) = _call(by, address(governance), abi.encodeCall(governance.execute, (address(registry), data)));
        if (!done) return;
        _require(by == COUNCIL || by == SLOW_COUNCIL, Rule.WHO_MAY, "execute");
        if (by == SLOW_COUNCIL) _carriedOut(data);
        (uint64 id, uint32 raised) = abi.decode(_arguments(data), (uint64, uint32));
        _limited(id, raised);
    }

    function cancel(uint256 seed, uint256 later, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        if (_pending.length == 0 || seed % 3 != 0) return;
        Operation memory found = _recent(n);
        address by = _by(seed >> 8, GUARDIAN);
        bytes memory call = abi.encodeCall(governance.cancel, (found.caller, found.target, found.data));
        (bool done, ) = _call(by, address(governance), call);
        if (!done) return;
        _require(by == GUARDIAN || by == SLOW_COUNCIL || by == GOVERNOR, Rule.WHO_MAY, "cancel");
        _remove(_placeOf(found.data));
    }

    /// @dev Nobody holds ADMIN without a delay, so each of these fails, whoever tries.
    function seize(uint256 seed, uint256 later, uint256 what) external {
        seed = _mix(seed);
        _later(later);
        address by = actor(seed);
        address target = address(governance);
        bytes memory data;
        uint64 role = uint64(seed >> 16) % 3;
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = registry.setDailyLimit.selector;
        if (what % 10 == 0) data = abi.encodeCall(governance.grantRole, (role, by, 0));
        else if (what % 10 == 1) data = abi.encodeCall(governance.revokeRole, (role, GUARDIAN));
        else if (what % 10 == 2) data = abi.encodeCall(governance.setRoleAdmin, (role, ROLE_GUARDIAN));
        else if (what % 10 == 3) data = abi.encodeCall(governance.setRoleGuardian, (ROLE_COUNCIL, ROLE_ADMIN));
        else if (what % 10 == 4) data = abi.encodeCall(governance.setGrantDelay, (role, 0));
        else if (what % 10 == 5) data = abi.encodeCall(governance.setTargetAdminDelay, (address(trust), 0));
        else if (what % 10 == 6) data = abi.encodeCall(governance.setTargetClosed, (address(trust), true));
        else if (what % 10 == 7) data = abi.encodeCall(governance.updateAuthority, (address(trust), by));
        else if (what % 10 == 8)
            data = abi.encodeCall(governance.setTargetFunctionRole, (address(registry), selectors, type(uint64).max));
        else {
            target = [address(trust), address(log), address(registry)][seed % 3];
            data = abi.encodeCall(IAccessManaged.setAuthority, (by));
        }
        (bool done, ) = _call(by, target, data);
        _require(!done, Rule.WHO_MAY, "power was taken without an announcement");
    }

    function _carriedOut(bytes memory data) private {
        uint256 place = _placeOf(data);
        bool announced = place < _pending.length;
        _require(announced, Rule.DELAYS, "carried out without an announcement, or after it was cancelled");
        if (!announced) return;
        _require(block.timestamp >= _pending[place].readyAt, Rule.DELAYS, "carried out before its time");
        _remove(place);
    }

    /// @dev One of the last three: older ones may have expired.
    function _recent(uint256 n) private view returns (Operation memory) {
        return _pending[_pending.length - 1 - ((n >> 8) % (_pending.length < 3 ? _pending.length : 3))];
    }

    function _anyList(uint256 n) private view returns (uint64 id) {
        (id, ) = _pick(n);
    }

    function _placeOf(bytes memory data) private view returns (uint256 place) {
        while (place < _pending.length && keccak256(_pending[place].data) != keccak256(data)) ++place;
    }

    function _remove(uint256 place) private {
        _pending[place] = _pending[_pending.length - 1];
        _pending.pop();
    }

    function _arguments(bytes memory data) private pure returns (bytes memory out) {
        out = new bytes(data.length - 4);
        for (uint256 i = 0; i < out.length; ++i) out[i] = data[i + 4];
    }
}
