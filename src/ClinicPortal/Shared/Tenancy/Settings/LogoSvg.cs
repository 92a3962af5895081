using System.Collections.Frozen;
using System.Text;
using System.Xml;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// A logo is a drawing and nothing else: shapes, text and colours that refer to nothing outside of it. Everything that is not on
/// the lists is refused, so that what a browser may learn to run tomorrow is refused today.
/// </summary>
public static class LogoSvg
{
    public const int MaxBytes = 64 * 1024;

    private const string Svg = "http://www.w3.org/2000/svg";
    private const string XLink = "http://www.w3.org/1999/xlink";
    private const int MaxDepth = 32;

    private static readonly FrozenSet<string> Elements = FrozenSet.ToFrozenSet(
    [
        "svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
        "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern",
    ]);

    private static readonly FrozenSet<string> Attributes = FrozenSet.ToFrozenSet(
    [
        "id", "class", "lang", "role", "aria-label", "aria-hidden", "aria-labelledby", "focusable", "version", "baseProfile",
        "viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy",
        "d", "points", "pathLength", "transform", "rotate", "href",
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "opacity", "color", "display", "visibility", "overflow", "clip-path", "clip-rule", "mask",
        "offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits", "maskUnits", "maskContentUnits",
        "patternUnits", "patternContentUnits", "patternTransform", "vector-effect", "shape-rendering", "text-rendering", "paint-order",
        "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "text-anchor", "dominant-baseline", "textLength", "lengthAdjust", "space",
    ]);

    internal static void Check(SettingsProblems problems, string svg)
    {
        if (Encoding.UTF8.GetByteCount(svg) > MaxBytes)
        {
            problems.Add(1, "", "LogoTooLarge", MaxBytes / 1024);
            return;
        }

        // No document type: neither entities that grow without end, nor files of the server.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes };
        try
        {
            using var reader = XmlReader.Create(new StringReader(svg), settings);
            while (reader.Read())
            {
                CheckNode(problems, reader);
            }
        }
        catch (XmlException malformed)
        {
            problems.Add(malformed.LineNumber, "", "NotSvg");
        }
    }

    private static void CheckNode(SettingsProblems problems, XmlReader reader)
    {
        var line = (reader as IXmlLineInfo)?.LineNumber ?? 0;
        switch (reader.NodeType)
        {
            case XmlNodeType.Element when reader.Depth == 0 && (reader.LocalName, reader.NamespaceURI) != ("svg", Svg):
                problems.Add(line, "", "NotSvg");
                break;
            case XmlNodeType.Element when reader.NamespaceURI != Svg || !Elements.Contains(reader.LocalName) || reader.Depth > MaxDepth:
                problems.Add(line, reader.Name, "LogoElement", reader.Name);
                break;
            case XmlNodeType.Element:
                CheckAttributes(problems, reader, line);
                break;
            case XmlNodeType.ProcessingInstruction:
                problems.Add(line, reader.Name, "LogoElement", $"<?{reader.Name}");
                break;
        }
    }

    private static void CheckAttributes(SettingsProblems problems, XmlReader reader, int line)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix == "xmlns" || reader.Name == "xmlns")
            {
                continue;
            }

            if (!Attributes.Contains(reader.LocalName) || reader.NamespaceURI is not ("" or XLink or "http://www.w3.org/XML/1998/namespace"))
            {
                problems.Add(line, reader.Name, "LogoAttribute", reader.Name);
            }
            else if (!StaysInside(reader.LocalName, reader.Value))
            {
                problems.Add(line, reader.Name, "LogoReference", reader.Name);
            }
        }

        reader.MoveToElement();
    }

    /// <summary>A reference leads to a part of the same drawing (<c>#id</c>) and nowhere else.</summary>
    private static bool StaysInside(string name, string value)
    {
        var plain = value.Replace(" ", "", StringComparison.Ordinal);
        return name == "href" ? plain.StartsWith('#')
            : !plain.Contains("url(", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("url(#", StringComparison.OrdinalIgnoreCase);
    }
}
