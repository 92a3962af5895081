namespace ClinicPortal.Shared.Data.LocalPostgres;

internal static class PrivateFile
{
    /// <summary>Writes a file that only its owner may read, from its first byte on, and brings it to the disk.</summary>
    public static void Write(string path, string content)
    {
        // An existing file would keep its mode.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.UTF8.GetBytes(content));
        file.Flush(flushToDisk: true);
    }
}
