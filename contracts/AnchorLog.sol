// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAnchorLog} from "./interfaces/IAnchorLog.sol";
import {ITrustRegistry} from "./interfaces/ITrustRegistry.sol";
import {HeadWord} from "./types/HeadWord.sol";
import {ReceiptWord, ReceiptWordLibrary} from "./types/ReceiptWord.sol";

/// @title AnchorLog
/// @notice An append-only log of Merkle roots, with a separate sequence of batches for each organisation.
///
///   receipt   (none) ──anchor: ANCHOR account of a granted organisation──▶ anchored
///                                              anchored ──disown: admin, GUARDIAN──▶ disowned, permanently
///
/// A receipt proves that at `time` the organisation was active and accredited for `purpose`. It stays valid when the
/// accreditation ends. Nobody can change or remove it; disowning only adds a mark.
///
/// WARNING: This contract does not know the leaves of a tree. Only an audit shows that a leaf is a credential, and
/// whose.
contract AnchorLog is IAnchorLog, AccessManaged {
    bytes32 private constant ANCHORED = keccak256("anchored");
    bytes32 private constant DISOWNED = keccak256("disowned");

    struct Head {
        HeadWord word;
        bytes32 chain;
    }

    ITrustRegistry public immutable trust;

    // Slot 0 belongs to AccessManaged. Proofs read the slots below, so their order is part of the format.
    mapping(uint32 org => mapping(bytes32 purpose => mapping(bytes32 root => ReceiptWord))) private _receipts; // slot 1
    mapping(uint32 org => Head) private _heads; // slot 2

    constructor(address governance, ITrustRegistry registry) AccessManaged(governance) {
        trust = registry;
    }

    /// @inheritdoc IAnchorLog
    function anchor(bytes32 purpose, bytes32 root, uint32 count, bytes32 manifest) external returns (uint64 batch) {
        if (root == 0) revert RootZero(purpose);
        if (count == 0) revert CountZero(purpose, root);
        uint32 org = trust.requireAnchor(msg.sender, purpose);
        ReceiptWord receipt = _receipts[org][purpose][root];
        if (receipt.exists()) revert AlreadyAnchored(org, purpose, root, receipt.batch());

        Head storage head = _heads[org];
        HeadWord word = head.word.next(count);
        batch = word.batches();
        bytes32 chain = keccak256(
            abi.encode(_chain(org), ANCHORED, org, purpose, root, batch, count, manifest, block.timestamp)
        );
        _receipts[org][purpose][root] = ReceiptWordLibrary.pack(uint40(block.timestamp), batch, count);
        head.word = word;
        head.chain = chain;
        emit Anchored(org, purpose, root, batch, count, manifest, chain);
    }

    /// @inheritdoc IAnchorLog
    function disown(uint32 org, bytes32 purpose, bytes32 root) external {
        if (!trust.isAdmin(org, msg.sender)) _checkCanCall(msg.sender, msg.data);
        ReceiptWord receipt = _receipts[org][purpose][root];
        if (!receipt.exists()) revert NotAnchored(org, purpose, root);
        if (receipt.disowned()) revert AlreadyDisowned(org, purpose, root);

        bytes32 chain = keccak256(abi.encode(_chain(org), DISOWNED, org, purpose, root, block.timestamp));
        _receipts[org][purpose][root] = receipt.withDisowned();
        _heads[org].chain = chain;
        emit Disowned(org, purpose, root, receipt.batch(), chain);
    }

    /// @inheritdoc IAnchorLog
    function receipts(
        uint32 org,
        bytes32 purpose,
        bytes32 root
    ) external view returns (uint40 time, uint64 batch, uint32 count, bool disowned) {
        ReceiptWord receipt = _receipts[org][purpose][root];
        return (receipt.time(), receipt.batch(), receipt.count(), receipt.disowned());
    }

    /// @inheritdoc IAnchorLog
    function heads(uint32 org) external view returns (uint64 batches, uint64 credentials, bytes32 chain) {
        HeadWord word = _heads[org].word;
        return (word.batches(), word.credentials(), _chain(org));
    }

    /// @dev The running hash. It is H0 until the first batch writes it to storage.
    function _chain(uint32 org) private view returns (bytes32 chain) {
        chain = _heads[org].chain;
        if (chain == 0) chain = keccak256(abi.encode("dojang/AnchorLog/1", block.chainid, address(this), org));
    }
}
