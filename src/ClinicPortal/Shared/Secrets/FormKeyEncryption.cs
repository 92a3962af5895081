using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace ClinicPortal.Shared.Secrets;

/// <summary>
/// Encrypts the data-protection keys, which the nodes share through the database, under the master key: whoever reads the table can make no cookie
/// and no form.
/// </summary>
public sealed class FormKeyEncryptor(MasterKeys masterKeys) : IXmlEncryptor
{
    private static readonly XNamespace Framework = "http://schemas.asp.net/2015/03/dataProtection";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var key = masterKeys.Derive(FormKeyDecryptor.Purpose);
        var box = SecretBox.Close(key.Bytes, Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), []);
        return new EncryptedXmlInfo(
            new XElement(FormKeyDecryptor.Element, new XAttribute(FormKeyDecryptor.MasterKey, key.MasterKeyId), Convert.ToBase64String(box)), typeof(FormKeyDecryptor));
    }

    /// <summary>A stored key with its secrets under the current master key; null when they already are.</summary>
    internal XElement? Renew(XElement stored, FormKeyDecryptor decryptor)
    {
        var renewed = new XElement(stored);
        var old = renewed.Descendants(FormKeyDecryptor.Element)
            .Where(e => (string?)e.Attribute(FormKeyDecryptor.MasterKey) != masterKeys.CurrentId).Select(e => (Place: e.Parent!, Plain: decryptor.Decrypt(e)));
        // As the framework stored them before there was a master key.
        var open = renewed.Descendants().Where(e => (bool?)e.Attribute(Framework + "requiresEncryption") == true).Select(e => (Place: e, Plain: e));
        var due = old.Concat(open).ToList();
        foreach (var (place, plain) in due)
        {
            var encrypted = Encrypt(plain);
            place.ReplaceWith(new XElement(
                Framework + "encryptedSecret", new XAttribute("decryptorType", encrypted.DecryptorType.AssemblyQualifiedName!), encrypted.EncryptedElement));
        }
        return due.Count > 0 ? renewed : null;
    }
}

/// <summary>Named in each stored key; the framework makes it.</summary>
public sealed class FormKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    internal const string Purpose = "data protection";
    internal const string Element = "underMasterKey";
    internal const string MasterKey = "id";

    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetRequiredService<MasterKeys>().Derive(Purpose, (string?)encryptedElement.Attribute(MasterKey) ?? "");
        return XElement.Parse(Encoding.UTF8.GetString(SecretBox.Open(key.Bytes, Convert.FromBase64String(encryptedElement.Value), [])));
    }
}
