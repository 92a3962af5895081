using ClinicPortal.Modules.Telehealth.Domain;

namespace ClinicPortal.Modules.Telehealth.SayInRoom;

/// <summary>
/// A photo as it is kept: a JPEG by its bytes and not by what it is called, without the segments in which phones write where and with what it was
/// taken (ITU-T T.81, B.1: application segments and comments before the picture). The page has redrawn it already; a page can be another one.
/// </summary>
public static class JpegPhoto
{
    public const int MaxBytes = 4 * 1024 * 1024;
    private const byte Marker = 0xFF;
    private const byte StartOfImage = 0xD8;
    private const byte StartOfScan = 0xDA;
    private const byte Jfif = 0xE0;
    private const byte LastApplication = 0xEF;
    private const byte Comment = 0xFE;

    /// <returns>Null when it is no JPEG.</returns>
    public static Photo? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length is < 100 or > MaxBytes || file[0] != Marker || file[1] != StartOfImage || file[^2] != Marker || file[^1] != 0xD9)
        {
            return null;
        }
        var kept = new List<byte>(file.Length) { Marker, StartOfImage };
        for (var at = 2; at + 4 <= file.Length;)
        {
            if (file[at] != Marker)
            {
                return null;
            }
            var kind = file[at + 1];
            if (kind == StartOfScan)
            {
                kept.AddRange(file[at..]);
                return new Photo("image/jpeg", [.. kept]);
            }
            var length = 2 + (file[at + 2] << 8 | file[at + 3]);
            if (length < 4 || at + length > file.Length)
            {
                return null;
            }
            if (kind is not (> Jfif and <= LastApplication or Comment))
            {
                kept.AddRange(file.Slice(at, length));
            }
            at += length;
        }
        return null;
    }
}
