using System.Security.Cryptography;

namespace ClinicPortal.Shared.Secrets;

/// <summary>AES-256-GCM: nonce, ciphertext, tag. What the associated data names is not hidden but bound: the box opens in no other place.</summary>
internal static class SecretBox
{
    /// <summary>Drawn at random: under one key a repeat is not to be feared before 2^32 boxes, and no counter has to be shared by nodes.</summary>
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public const int Overhead = NonceBytes + TagBytes;

    public static byte[] Close(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var box = new byte[plain.Length + Overhead];
        Close(key, plain, associated, box);
        return box;
    }

    public static void Close(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> box)
    {
        RandomNumberGenerator.Fill(box[..NonceBytes]);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(box[..NonceBytes], plain, box[NonceBytes..^TagBytes], box[^TagBytes..], associated);
    }

    /// <exception cref="CryptographicException">Another key, another place, or somebody changed it.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated)
    {
        if (box.Length < Overhead)
        {
            throw new AuthenticationTagMismatchException();
        }
        var plain = new byte[box.Length - Overhead];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box[..NonceBytes], box[NonceBytes..^TagBytes], box[^TagBytes..], plain, associated);
        return plain;
    }
}
