# The window: a page made anew for each visitor. It needs no more than the shell and the web server of busybox.
mkdir -p /srv/cgi-bin
echo ok > /srv/health
cat > /srv/cgi-bin/index.cgi <<'CGI'
#!/bin/sh
wget -qO- "http://store/cgi-bin/visit?$(date +%s)"
printf 'Content-Type: text/plain\r\n\r\n'
echo "$GREETING: $(wget -qO- http://store/cgi-bin/count) visitors"
CGI
chmod +x /srv/cgi-bin/index.cgi
exec httpd -f -p 80 -h /srv
