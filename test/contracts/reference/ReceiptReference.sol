// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAnchorLog} from "../../../contracts/interfaces/IAnchorLog.sol";

/// @dev A second implementation of receipts and their trees, written from docs/auditor.md and not from
/// `node/credential/`.
contract ReceiptReference {
    struct Read {
        uint8 version;
        uint64 chainId;
        address log;
        uint32 org;
        bytes32 purpose;
        bytes32 root;
        uint32 index;
        uint32 size;
        bytes32 entryHash;
    }

    /// @notice Whether a packed receipt belongs to this credential and is anchored on this ledger.
    /// @param header the octets of the credential's header
    /// @param payload the octets of its payload, as anchored
    function isAnchored(
        bytes calldata receipt,
        bytes calldata header,
        bytes calldata payload
    ) external view returns (bool) {
        Read memory one = read(receipt);
        if (one.version != 1 || one.chainId != block.chainid) return false;
        bytes32 hash = sha256(abi.encodePacked(uint8(0), sha256(header), sha256(payload), one.entryHash));
        uint256 position = one.index;
        uint256 width = one.size;
        for (uint256 i = 137; i < receipt.length; i += 32) {
            bytes32 sibling = bytes32(receipt[i:i + 32]);
            hash = position % 2 == 0 ? _node(hash, sibling) : _node(sibling, hash);
            position /= 2;
            width /= 2;
        }
        (uint40 time, , uint32 count, bool disowned) = IAnchorLog(one.log).receipts(one.org, one.purpose, one.root);
        return width == 1 && position == 0 && hash == one.root && time != 0 && count == one.size && !disowned;
    }

    function read(bytes calldata receipt) public pure returns (Read memory) {
        return
            Read({
                version: uint8(receipt[0]),
                chainId: uint64(bytes8(receipt[1:9])),
                log: address(bytes20(receipt[9:29])),
                org: uint32(bytes4(receipt[29:33])),
                purpose: bytes32(receipt[33:65]),
                root: bytes32(receipt[65:97]),
                index: uint32(bytes4(receipt[97:101])),
                size: uint32(bytes4(receipt[101:105])),
                entryHash: bytes32(receipt[105:137])
            });
    }

    /// @param leaves all leaves of a tree, in the form of the manifest's public file
    function rootOf(bytes calldata leaves) external pure returns (bytes32) {
        bytes32[] memory level = new bytes32[](leaves.length / 32);
        for (uint256 i = 0; i < level.length; ++i) level[i] = bytes32(leaves[32 * i:32 * i + 32]);
        for (uint256 width = level.length; width > 1; width /= 2) {
            for (uint256 i = 0; i < width / 2; ++i) level[i] = _node(level[2 * i], level[2 * i + 1]);
        }
        return level[0];
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }
}
