// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ghosts, Rule} from "./Ghosts.sol";

/// @dev Acts of COUNCIL and ADMIN, tried by any account: called directly, announced, or executed after the delay. The
/// model of their effect is written once for all three ways.
abstract contract Announcements is Ghosts {
    struct Operation {
        address caller;
        address target;
        bytes data;
        uint256 readyAt;
    }

    Operation[] internal _pending;

    /// @dev An act of COUNCIL: mostly called directly; one in eight is announced by the member who has a delay.
    function _council(uint256 seed, address target, bytes memory data) internal {
        if (seed >> 253 == 0) {
            _announce(_by(seed >> 16, SLOW_COUNCIL), target, data);
            return;
        }
        address by = _by(seed, COUNCIL);
        (bool done, ) = _call(by, target, data);
        if (done) _succeeded(by, target, data);
    }

    function _announce(address by, address target, bytes memory data) internal returns (bool done) {
        (done, ) = _reach(by, address(governance), abi.encodeCall(governance.schedule, (target, data, 0)));
        if (!done) return false;
        _require(by == (target == address(governance) ? GOVERNOR : SLOW_COUNCIL), Rule.WHO_MAY, "schedule");
        uint256 place = _placeOf(by, target, data);
        Operation memory announced = Operation(by, target, data, block.timestamp + DELAY);
        if (place == _pending.length) _pending.push(announced);
        else _pending[place] = announced; // the earlier announcement had expired
    }

    /// @dev Checks an executed act, and applies it to the model.
    function _succeeded(address by, address target, bytes memory data) internal {
        if (target == address(governance)) _require(by == GOVERNOR, Rule.WHO_MAY, "an act of ADMIN");
        else _require(by == SLOW_COUNCIL || _isCouncil(by), Rule.WHO_MAY, "an act of COUNCIL");
        if (by == GOVERNOR || by == SLOW_COUNCIL) _carriedOut(_placeOf(by, target, data));
        if (target == address(governance)) _followGovernance(bytes4(data), _arguments(data));
        else if (target == address(trust)) _followTrust(bytes4(data), _arguments(data));
        else _followRegistry(bytes4(data), _arguments(data));
    }

    function _followGovernance(bytes4 selector, bytes memory args) internal virtual;

    function _followTrust(bytes4 selector, bytes memory args) internal virtual;

    function _followRegistry(bytes4 selector, bytes memory args) internal virtual;

    function _remove(uint256 place) internal {
        _pending[place] = _pending[_pending.length - 1];
        _pending.pop();
    }

    function _placeOf(address by, address target, bytes memory data) internal view returns (uint256 place) {
        bytes32 wanted = keccak256(data);
        for (; place < _pending.length; ++place) {
            Operation storage one = _pending[place];
            if (one.caller == by && one.target == target && keccak256(one.data) == wanted) return place;
        }
    }

    function _carriedOut(uint256 place) private {
        bool announced = place < _pending.length;
        _require(announced, Rule.DELAYS, "carried out without an announcement, or after it was cancelled");
        if (!announced) return;
        _require(block.timestamp >= _pending[place].readyAt, Rule.DELAYS, "carried out before its time");
        _remove(place);
    }

    function _arguments(bytes memory data) private pure returns (bytes memory out) {
        out = new bytes(data.length - 4);
        assembly {
            for {
                let i := 32
            } lt(i, mload(data)) {
                i := add(i, 32)
            } {
                mstore(add(out, i), mload(add(add(data, 4), i)))
            }
        }
    }
}
