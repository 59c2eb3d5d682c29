// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ghosts, Rule} from "./Ghosts.sol";

/// @dev All calls of AnchorLog. The running hashes are computed here as the interface describes them.
abstract contract AnchorActs is Ghosts {
    mapping(uint32 => mapping(bytes32 => mapping(bytes32 => uint256))) private _positionOf; // in _receipts, from 1
    mapping(uint32 => uint64) private _batches;

    function anchor(uint256 seed, uint256 later, uint256 n, uint256 r, uint256 c, bytes32 manifest) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, seed % 2 == 0 ? ANCHOR_A : BOTH_B);
        bytes32 id = purpose(n);
        bytes32 root = bytes32(r % (ROOTS + 1));
        uint32 count =
            c % 16 == 0
                ? 0
                : c % 16 == 1
                    ? type(uint32).max
                    : uint32(1 + ((c >> 8) % 1024));
        (bool done, ) = _call(by, address(log), abi.encodeCall(log.anchor, (id, root, count, manifest)));
        if (!done) return;

        uint32 org = _ableFor(by, 1);
        _require(org != 0 && _contains(_grants[org][id]), Rule.WHO_MAY, "anchor");
        _require(root != 0 && count != 0, Rule.RECEIPTS, "an empty batch was anchored");
        _require(_positionOf[org][id][root] == 0, Rule.RECEIPTS, "a root was anchored twice");
        uint64 batch = ++_batches[org];
        _receipts.push(Receipt(org, id, root, uint40(block.timestamp), batch, count, false));
        _positionOf[org][id][root] = _receipts.length;
        bytes32 previous = _previous(org);
        _heads[org] = keccak256(
            abi.encode(previous, keccak256("anchored"), org, id, root, batch, count, manifest, block.timestamp)
        );
    }

    function disown(uint256 seed, uint256 later, uint256 o, uint256 n, uint256 r) external {
        seed = _mix(seed);
        _later(later);
        uint32 org = uint32(1 + (o % ORGANISATIONS));
        bytes32 id = purpose(n);
        bytes32 root = bytes32(r % (ROOTS + 1));
        if (seed % 2 == 0 && _receipts.length != 0) {
            Receipt memory some = _receipts[r % _receipts.length];
            (org, id, root) = (some.org, some.purpose, some.root);
        }
        address by = _by(seed >> 8, seed % 4 < 2 ? GUARDIAN : _organisations[org].admin);
        (bool done, ) = _call(by, address(log), abi.encodeCall(log.disown, (org, id, root)));
        if (!done) return;

        _require((by == GUARDIAN && !_logIsClosed) || _isAdmin(org, by), Rule.WHO_MAY, "disown");
        uint256 place = _positionOf[org][id][root];
        _require(place != 0, Rule.RECEIPTS, "what was never anchored was disowned");
        if (place == 0) return;
        _require(!_receipts[place - 1].disowned, Rule.RECEIPTS, "a batch was disowned twice");
        _receipts[place - 1].disowned = true;
        _heads[org] = keccak256(abi.encode(_previous(org), keccak256("disowned"), org, id, root, block.timestamp));
    }

    function _previous(uint32 org) private view returns (bytes32 chain) {
        chain = _heads[org];
        if (chain == 0) chain = keccak256(abi.encode("dojang/AnchorLog/1", block.chainid, address(log), org));
    }
}
